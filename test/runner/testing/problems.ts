/** Runs one stage of one file and prints its problems as JSON: Node's runner does not run within itself. */
import type { Case } from '../cases.ts';
import { runStage } from '../stage-run.ts';
import { failureLines, Tally } from '../tally.ts';

const [root, file] = process.argv.slice(2) as [string, string];
const stage = { name: 'x', atOnce: 1, files: [file] };
const tally = new Tally([{ stage: 'x', file }]);
const { signal } = new AbortController();
const cases: Case[] = [];
await runStage({
  stage,
  root,
  env: process.env,
  signal,
  write: () => undefined,
  onCase(result) {
    tally.add(result);
    cases.push(result);
  },
});
console.log(
  JSON.stringify({
    problems: tally.problems(),
    paths: cases.map(({ path }) => path.join('/')),
    skipped: tally.counts().skipped,
    failures: failureLines(cases),
  }),
);
