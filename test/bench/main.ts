import { readdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bench, meets, quantile, type Row } from './bench.ts';

const HELP = `Usage: npm run bench -- [NAME …] [--runs N] [--write]

Measures side by side, in one run, and prints medians. With --write the figures of the named benchmarks (all unless
named) go to docs/benchmarks.md.

Examples:
  npm run bench -- kit --runs 7
  npm run bench -- --write`;

const here = import.meta.dirname;
const known = readdirSync(here)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !['main.ts', 'bench.ts'].includes(file))
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
  console.error(
    `${unknown.length > 0 ? `no such benchmark: ${unknown.join(', ')}\n\n` : ''}${HELP}\n\nBenchmarks: ${known.join(', ')}`,
  );
  process.exit(values.help ? 0 : 2);
}

const number = (value: number) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));

function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const [low, mid, high] = [0, 0.5, 1].map((q) => number(quantile(row.samples, q)));
    const p95 = number(quantile(row.samples, 0.95));
    const goal = row.goal
      ? `${row.goal.quantile ? `p${row.goal.quantile * 100} ` : ''}${row.goal.atMost === undefined ? `≥ ${row.goal.atLeast}` : `≤ ${row.goal.atMost}`}: ${meets(row) ? 'met' : '**missed**'}`
      : '';
    return `| ${row.what} | ${row.unit} | ${mid} | ${low} – ${high} | ${p95} | ${row.samples.length} | ${goal} |`;
  });
  return ['| what | unit | median | min – max | p95 | n | goal |', '|---|---|---|---|---|---|---|', ...lines].join(
    '\n',
  );
}

const sections: string[] = [];
for (const name of positionals.length > 0 ? positionals : known) {
  const { bench } = (await import(join(here, `${name}.ts`))) as { bench: Bench };
  const unfit = await bench.unfit?.();
  console.log(`\n## ${bench.title}\n`);
  if (unfit) {
    console.log(`not measured: ${unfit}`);
    sections.push(`## ${bench.title}\n\n${bench.method}\n\nNot measured: ${unfit}`);
    continue;
  }
  const rows = await bench.run({ runs, progress: (text) => console.error(`  ${text}`) });
  console.log(table(rows));
  sections.push(`## ${bench.title}\n\n${bench.method}\n\n${table(rows)}`);
}

if (values.write) {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, Node ${process.versions.node}`;
  const head = `# Benchmarks\n\nWritten by \`npm run bench -- --write\` on ${new Date().toISOString().slice(0, 10)}: ${machine}.\nRatios are of figures taken side by side in one run; single times are of this machine only.\n`;
  writeFileSync(join(here, '../../docs/benchmarks.md'), `${head}\n${sections.join('\n\n')}\n`);
}
