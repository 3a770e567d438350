/** `npm run seed`: writes an invented catalogue. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { asFaultflixError, exitCodeOf, FaultflixError } from '#base/errors.ts';
import { defaults, MOST_COMPRESSED, writeCatalogue } from './invent/write.ts';

const HELP = `Usage: npm run seed -- [--titles N] [--seed TEXT] [--out FILE]

Invents a catalogue: titles, people, seasons, licences. The same seed and number give the same bytes.
Without --out it replaces the default catalogue (platform/services/catalog/titles.pack.zst), which is committed.

  --titles N    how many, 1 to 5000000 (default ${defaults.titles})
  --seed TEXT   (default ${defaults.seed})
  --out FILE    ending in .pack (read from the disk as it is needed), or in .pack.zst (compressed; at most
                ${MOST_COMPRESSED} titles, since a service keeps all of it in memory)
  -h, --help

A catalog service opens the file that FAULTFLIX_TITLES names. Ctrl-C leaves no file behind.

Examples:
  npm run seed
  npm run seed -- --titles 1000000 --out /tmp/million.pack`;

const MOST = 5_000_000;

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

try {
  const options = optionsOf(process.argv.slice(2));
  if (options) {
    const startedMs = performance.now();
    const bytes = await writeCatalogue({ ...options, signal: stop.signal, onProgress: progress(options.titles) });
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
    console.log(`${options.path}: ${options.titles} titles, ${(bytes / 1e6).toFixed(1)} MB, ${seconds} s`);
  } else console.log(HELP);
} catch (thrown) {
  const error = asFaultflixError(thrown);
  console.error(
    `${error.message}${error.received ? `: ${error.received}` : ''}${error.where ? ` (${error.where})` : ''}`,
  );
  if (error.expected) console.error(`expected: ${error.expected}`);
  if (error.todo) console.error(error.todo);
  process.exitCode = exitCodeOf(error);
}

/** Undefined when help is asked for. Throws `bad-input`. */
function optionsOf(args: readonly string[]) {
  let values: { titles: string; seed: string; out: string; help?: boolean | undefined };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        titles: { type: 'string', default: `${defaults.titles}` },
        seed: { type: 'string', default: defaults.seed },
        out: { type: 'string', default: defaults.path },
        help: { type: 'boolean', short: 'h' },
      },
    }));
  } catch (cause) {
    throw new FaultflixError('bad-input', (cause as Error).message, { todo: 'npm run seed -- --help', cause });
  }
  if (values.help) return undefined;
  const titles = Number(values.titles);
  const path = resolve(values.out);
  const bad = (option: string, expected: string, received: string) =>
    new FaultflixError('bad-input', `${option} cannot be that`, { expected, received, todo: 'npm run seed -- --help' });
  if (!(Number.isInteger(titles) && titles >= 1 && titles <= MOST))
    throw bad('--titles', `a whole number, 1 to ${MOST}`, values.titles);
  if (!/\.pack(\.zst)?$/.test(path)) throw bad('--out', 'a file ending in .pack or .pack.zst', values.out);
  if (path.endsWith('.zst') && titles > MOST_COMPRESSED)
    throw bad('--out', `.pack for more than ${MOST_COMPRESSED} titles`, values.out);
  return { titles, seed: values.seed, path };
}

/** One line that is written over on a terminal; else a line at the beginning and at every tenth. */
function progress(titles: number): (done: number) => void {
  const startedMs = performance.now();
  let tenth = -1;
  return (done) => {
    const leftS = Math.round((((performance.now() - startedMs) / done) * (titles - done)) / 1_000);
    const text = `${done} of ${titles} titles, ${leftS} s left`;
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}${done + 2_000 > titles ? '\n' : ''}`);
    else if (Math.floor((10 * done) / titles) > tenth) {
      tenth = Math.floor((10 * done) / titles);
      console.error(text);
    }
  };
}
