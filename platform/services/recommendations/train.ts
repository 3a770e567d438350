/** `npm run train`: makes the model that the service ships, and evaluates the models on MovieLens small. */
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FaultflixError } from '#base/errors.ts';
import { shipDefaults, shipModel } from './audience/ship.ts';
import { main, type Values } from './command.ts';
import { type Evaluated, evaluate } from './evaluate/evaluate.ts';
import { kinOf } from './evaluate/kin.ts';
import { document, figures } from './evaluate/report.ts';
import { writeModel } from './model-file.ts';
import { dataPath } from './movielens/fetch.ts';
import { datasetOf, readTable } from './movielens/table.ts';
import { MODEL } from './open-taste.ts';

const root = join(import.meta.dirname, '../../..');
const TITLES = join(root, 'platform/services/catalog/titles.pack.zst');
const DOCUMENT = join(root, 'docs/recommendations.md');

const HELP = `Usage: npm run train -- [--only model|movielens] [--seeds N] [--write] [--json]
                        [--titles FILE] [--seed TEXT] [--out FILE]

Trains the recommendations, in one process (about 30 s for the model, 45 s for each seed of the evaluation):
  model      the model that the service ships: of the catalogue and an audience invented for it. The same catalogue and
             seed give the same file.
  movielens  ALS, content, two towers and their blend, beside popularity and random: leave-last-out on MovieLens small,
             all films ranked. Needs \`npm run data\`.

  --only WHAT    one of the two; both when absent
  --seeds N      of the evaluation, 1 to 20 (default 5)
  --write        the evaluation goes to docs/recommendations.md
  --titles FILE  the catalogue (default: the service's own)
  --seed TEXT    of the model (default ${shipDefaults.seed})
  --out FILE     the model (default ${MODEL})
  --json         one JSON object a line on stdout
  -h, --help

Ctrl-C between two steps leaves every file as it was.

Examples:
  npm run train -- --only model
  npm run data && npm run train -- --only movielens --write`;

await main({
  name: 'train',
  help: HELP,
  options: {
    ...{ only: { type: 'string' }, seeds: { type: 'string', default: '5' }, write: { type: 'boolean' } },
    ...{ titles: { type: 'string', default: TITLES }, seed: { type: 'string', default: shipDefaults.seed } },
    out: { type: 'string', default: MODEL },
  },
  run: async (values, signal) => {
    const { only } = values;
    const seeds = seedsOf(values);
    if (only !== undefined && only !== 'model' && only !== 'movielens')
      throw bad('--only', 'model or movielens', `${only}`);
    if (only !== 'movielens') await trainShipped(values, signal);
    if (only !== 'model') await evaluateAll(values, { seeds, signal });
  },
});

async function trainShipped({ titles, seed, out, json }: Values, signal: AbortSignal): Promise<void> {
  const path = resolve(`${out}`);
  const onProgress = await progress('model', signal);
  const model = await shipModel({ titles: resolve(`${titles}`), seed: `${seed}`, onProgress });
  const bytes = await writeModel(path, model);
  const { ids, weights } = model.header;
  if (json) console.log(JSON.stringify({ type: 'model', path, bytes, titles: ids.length, weights }));
  else console.log(`${path}: ${ids.length} titles, ${(bytes / 1e6).toFixed(2)} MB`);
}

interface Evaluating {
  readonly seeds: number;
  readonly signal: AbortSignal;
}

async function evaluateAll({ json, write }: Values, { seeds, signal }: Evaluating): Promise<void> {
  const table = readTable(await dataFile());
  const data = datasetOf(table);
  const done: Evaluated[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const onProgress = await progress(`seed ${seed} of ${seeds}`, signal);
    const found = await evaluate(data, { seed, onProgress });
    done.push(found);
    if (json) console.log(JSON.stringify({ type: 'evaluation', ...found.evaluation }));
  }
  const evaluations = done.map(({ evaluation }) => evaluation);
  const kin = kinOf(table, data, done[0]!.models);
  if (json) console.log(JSON.stringify({ type: 'kin', kin }));
  else console.log(figures(evaluations, kin));
  if (write) await writeFile(DOCUMENT, document(evaluations, kin));
}

async function dataFile(): Promise<Buffer> {
  const path = dataPath();
  try {
    return await readFile(path);
  } catch (cause) {
    throw new FaultflixError('could-not-run', 'MovieLens small is not here', {
      ...{ where: path, todo: 'npm run data', cause },
    });
  }
}

/** A line a step on stderr, written over on a terminal; each is a place where Ctrl-C is heard. */
async function progress(of: string, signal: AbortSignal): Promise<(what: string) => Promise<void>> {
  const startedMs = performance.now();
  return async (what) => {
    const text = `${of}: ${what}, ${((performance.now() - startedMs) / 1_000).toFixed(0)} s`;
    process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
    await new Promise(setImmediate);
    signal.throwIfAborted();
  };
}

function seedsOf({ seeds }: Values): number {
  const count = Number(seeds);
  if (Number.isInteger(count) && count >= 1 && count <= 20) return count;
  throw bad('--seeds', 'a whole number, 1 to 20', `${seeds}`);
}

function bad(option: string, expected: string, received: string): FaultflixError {
  return new FaultflixError('bad-input', `${option} cannot be that`, {
    ...{ expected, received, todo: 'npm run train -- --help' },
  });
}
