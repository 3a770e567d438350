/** Runs one stage of one file and prints its problems as JSON: Node's runner does not run within itself. */
import { runStage } from '../stage-run.ts';
import { Tally } from '../tally.ts';

const [root, file] = process.argv.slice(2) as [string, string];
const stage = { name: 'x', atOnce: 1, files: [file] };
const tally = new Tally([{ stage: 'x', file }]);
const { signal } = new AbortController();
const paths: string[] = [];
await runStage({
  stage,
  root,
  env: process.env,
  signal,
  write: () => undefined,
  onCase(result) {
    tally.add(result);
    paths.push(result.path.join('/'));
  },
});
console.log(JSON.stringify({ problems: tally.problems(), paths, skipped: tally.counts().skipped }));
