/** Runs one stage of one file and prints its problems as JSON: Node's runner does not run within itself. */
import { runStage } from '../stage-run.ts';
import { Tally } from '../tally.ts';

const [root, file] = process.argv.slice(2) as [string, string];
const tally = new Tally([file]);
const stage = { name: 'x', cluster: false, fresh: false, atOnce: 1, files: [file] };
const { signal } = new AbortController();
await runStage({ stage, root, env: process.env, tally, signal, write: () => undefined });
console.log(JSON.stringify(tally.problems()));
