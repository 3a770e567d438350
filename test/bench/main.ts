import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench } from './bench.ts';
import { merge, type Section, table } from './document.ts';

const HELP = `Usage: npm run bench -- [NAME …] [--runs N] [--write]

Measures side by side, in one run, and prints medians. With --write the figures go to docs/benchmarks.md.

Examples:
  npm run bench -- kit --runs 7
  npm run bench -- --write`;

const here = import.meta.dirname;
const DOCUMENT = join(here, '../../docs/benchmarks.md');
const notBenchmarks = ['main.ts', 'bench.ts', 'document.ts'];
const known = readdirSync(here)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !notBenchmarks.includes(file))
  .map((file) => file.slice(0, -3));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '5' },
    write: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});
const unknown = positionals.filter((name) => !known.includes(name));
const runs = Number(values.runs);
if (values.help || unknown.length > 0 || !Number.isInteger(runs) || runs < 1) {
  if (unknown.length > 0) console.error(`no such benchmark: ${unknown.join(', ')}\n`);
  console.error(`${HELP}\n\nBenchmarks: ${known.join(', ')}`);
  process.exit(values.help ? 0 : 2);
}

const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, Node ${process.versions.node}`;
for (const name of positionals.length > 0 ? positionals : known) {
  const { bench } = (await import(join(here, `${name}.ts`))) as { bench: Bench };
  console.log(`\n## ${bench.title}\n`);
  const unfit = await bench.unfit?.();
  const result = unfit
    ? `Not measured: ${unfit}`
    : table(await bench.run({ runs, progress: (text) => console.error(`  ${text}`) }));
  console.log(result);
  const stamp = `${new Date().toISOString().slice(0, 10)}, ${machine}`;
  // Kept at once, so that a benchmark that fails later costs none of the others' figures.
  if (values.write) keep({ name, markdown: `## ${bench.title}\n\n${bench.method}\n\n${result}\n\n${stamp}` });
}

function keep(section: Section): void {
  writeFileSync(DOCUMENT, merge(existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : '', [section]));
}
