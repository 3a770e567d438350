/** `npm run images`: see --help, and README.md of this folder. Exit codes: those of `#base/errors.ts`; 130 after Ctrl-C. */
import { resolve } from 'node:path';
import { asFaultflixError, exitCodeOf } from '#base/errors.ts';
import { buildImages, repository } from './build.ts';
import { type Command, help, parseCommand } from './command-line.ts';
import { writeDockerContext } from './docker-context.ts';
import { loadAll, openLoader } from './into/load.ts';
import { createReporter, type Reporter } from './report.ts';

const SIGNAL_EXITS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

async function run(command: Command, report: Reporter, signal: AbortSignal): Promise<void> {
  const { images, load: target, out, context, address, namespace, cluster } = command;
  const onProgress = report.progress;
  const place = { namespace, cluster, ...(address === undefined ? {} : { address }) };
  const loader = target && (await openLoader({ target, ...place, signal }));
  if (context !== undefined) {
    const folders = await writeDockerContext({
      images,
      dir: resolve(context),
      repositoryRoot: repository,
      signal,
      onProgress,
    });
    for (const [name, folder] of folders) report.context(name, folder);
    if (!loader && out === undefined) return;
  }
  const built = await buildImages({ images, signal, onProgress, ...(out === undefined ? {} : { outDir: out }) });
  for (const image of built) report.image(image);
  if (loader) await loadAll(loader, built, (image) => report.loaded(image, target));
}

const stop = new AbortController();
let interrupted: keyof typeof SIGNAL_EXITS | undefined;
for (const name of Object.keys(SIGNAL_EXITS) as (keyof typeof SIGNAL_EXITS)[]) {
  process.once(name, () => {
    interrupted = name;
    stop.abort(new Error(`ended by ${name}`));
  });
}

const args = process.argv.slice(2);
const { stdout, stderr } = process;
// Also when the arguments are wrong, a program that wants JSON gets JSON.
let report = createReporter({ json: args.includes('--json'), stdout, stderr });
try {
  const command = parseCommand(args);
  report = createReporter({ json: command.json, stdout, stderr });
  if (command.help) stdout.write(help);
  else await run(command, report, stop.signal);
} catch (thrown) {
  process.exitCode = interrupted ? SIGNAL_EXITS[interrupted] : exitCodeOf(asFaultflixError(thrown));
  if (!interrupted) report.error(thrown);
}
