/**
 * `npm test [-- STAGE|PATH …]`: lint and types, unit tests, contract suites, real nodes, containers, robustness, the
 * browser and the commands, side by side as far as they only wait; then, alone, end to end. `runner/stages.ts` says which
 * file is what. Exits with 0 only when tests ran, none failed, and no file was skipped wholly; a stage for which the
 * machine lacks something is not run, and a line at the start and the end says so.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '#base/errors.ts';
import { keepKubeletResults } from './runner/kubelet/keep.ts';
import { type PlaceName, places, stageNames, stagesOf } from './runner/stages.ts';
import { closingLines, failureLines } from './runner/tally.ts';
import { testRun } from './runner/test-run.ts';

const HELP = `Usage: npm test [-- STAGE|PATH …]
       npm run test:kubelet [-- --on local,containerd] [--write] [--as NAME]

Stages: ${stageNames.join(', ')}.

--on     where the kubelet's suite runs: local (a local cluster, or the one of KUBECONFIG), containerd (real nodes), or both
--write  put the suite's results into docs/kubelet-contract.md, in a column for each place
--as     the column's name for the cluster of KUBECONFIG (kubeconfig)`;

const root = join(import.meta.dirname, '..');
const rooms = ['platform', 'chaos', 'scenarios', 'k8s', 'dashboards', 'test'];

async function testFiles(): Promise<readonly string[]> {
  const lists = await Promise.all(
    rooms.map(async (room) => {
      const files = await readdir(join(root, room), { recursive: true });
      return files
        .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'))
        .map((file) => `${room}/${file}`);
    }),
  );
  return lists.flat();
}

interface Asked {
  readonly words: readonly string[];
  readonly on: readonly PlaceName[];
  readonly write: boolean;
  readonly as: string;
}

/** Throws on what it does not know. */
function asked(argv: readonly string[]): Asked | 'help' {
  const { values, positionals: words } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      on: { type: 'string', default: 'local' },
      write: { type: 'boolean', default: false },
      as: { type: 'string', default: 'kubeconfig' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return 'help';
  const on = values.on.split(',');
  const isPlace = (name: string): name is PlaceName => (places as readonly string[]).includes(name);
  if (!on.every(isPlace)) throw new Error(`--on takes ${places.join(' and ')}, not ${values.on}`);
  return { words, on, write: values.write, as: values.as };
}

async function main(argv: readonly string[], signal: AbortSignal): Promise<number> {
  let wanted: Asked | 'help';
  try {
    wanted = asked(argv);
  } catch (thrown) {
    console.error(`${messageOf(thrown)}\n\n${HELP}`);
    return 2;
  }
  if (wanted === 'help') {
    console.log(HELP);
    return 0;
  }
  const files = await testFiles();
  const stages = stagesOf(files, wanted);
  if (stages.length === 0) {
    console.error(`no test fits ${wanted.words.join(' ')}: give a path, or one of ${stageNames.join(', ')}`);
    return 2;
  }
  const startedAt = performance.now();
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { write, as } = wanted;
  const { tally, failed, problems, notRun, timings } = await testRun({
    root,
    stages,
    env,
    signal,
    write: (text) => process.stdout.write(text),
    ...(write ? { onStageEnd: keepKubeletResults({ root, files, localName: env.KUBECONFIG ? as : 'local' }) } : {}),
  });
  console.log('');
  for (const { name, durationMs, busy } of timings) {
    const seconds = `${(durationMs / 1_000).toFixed(1)} s`.padStart(8);
    const { tests, skipped } = tally.counts(name);
    const said =
      busy === undefined
        ? `${tests} tests${skipped > 0 ? `, ${skipped} skipped` : ''}`
        : `the machine ${Math.round(100 * busy)} % at work`;
    console.log(`${seconds}  ${name}: ${said}`);
  }
  for (const line of failureLines(failed)) console.log(line);
  for (const problem of problems) console.log(`✖ ${problem}`);
  for (const stage of notRun) console.log(`ℹ ${stage}`);
  console.log(closingLines(tally.counts(), performance.now() - startedAt));
  return problems.length === 0 ? 0 : 1;
}

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => stop.abort(new Error(name)));
process.exitCode = await main(process.argv.slice(2), stop.signal);
