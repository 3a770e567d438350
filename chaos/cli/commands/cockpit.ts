/** The cockpit in a browser. Rooms meet by process: its server is a child that ends when this command does. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { FaultflixError } from '#base/errors.ts';
import { clusterOptions, locate } from '../cluster/locate.ts';
import { command } from '../command.ts';
import { repository } from '../repository.ts';

const DEFAULT_PORT = '7400';
const END_WITHIN_MS = 5_000;
const server = join(repository, 'dashboards', 'cockpit', 'server.ts');

type Line =
  | { readonly type: 'progress'; readonly modules: number }
  | { readonly type: 'built'; readonly ms: number }
  | { readonly type: 'ready'; readonly url: string }
  | { readonly type: 'error'; readonly error: Parameters<typeof FaultflixError.fromJSON>[0] };

export default command({
  summary: 'Show experiments, viewers and pods in a browser, live, until Ctrl-C. It only reads.',
  options: {
    port: { type: 'string', value: 'N', help: `port on 127.0.0.1 (default: ${DEFAULT_PORT}; 0: any free one)` },
    ...clusterOptions,
  },
  examples: [
    { line: 'faultflix cockpit', does: 'of the local cluster' },
    { line: 'faultflix cockpit --port 0', does: 'at any free port' },
    { line: 'faultflix cockpit --kubeconfig FILE --context kind-kind', does: 'of a cluster of your own' },
  ],
  async run({ options, env, out, clock, stop }) {
    const { kubeconfig, context } = await locate(options);
    // A group of its own, so that a Ctrl-C reaches it through us alone; its stdin is our lifeline to it.
    const child = spawn(
      process.execPath,
      [
        server,
        '--until-stdin-ends',
        '--port',
        options.port ?? DEFAULT_PORT,
        ...(context ? ['--context', context] : []),
      ],
      { env: { ...env, KUBECONFIG: kubeconfig }, stdio: ['pipe', 'pipe', 'inherit'], detached: true },
    );
    child.stdin.on('error', () => undefined); // gone before us, which is what its end would ask for
    const ended = new Promise<number>((resolve, reject) => {
      child.on('error', (cause) =>
        reject(new FaultflixError('could-not-run', 'the cockpit could not be started', { cause })),
      );
      child.on('close', (exitCode) => resolve(exitCode ?? 3));
    });
    let failure: FaultflixError | undefined;
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as Line;
      out.emit({ ...line });
      if (line.type === 'progress') out.terminal.live(`building the cockpit (first use)  ${line.modules} modules`);
      if (line.type === 'built') {
        out.terminal.live(undefined);
        out.terminal.line(`built the cockpit in ${(line.ms / 1_000).toFixed(1)} s`);
      }
      if (line.type === 'ready') out.print(`cockpit  ${line.url}  (Ctrl-C ends it)`);
      if (line.type === 'error') failure = FaultflixError.fromJSON(line.error);
    });
    const over = new AbortController();
    const end = () => {
      child.stdin.end();
      clock
        .sleep(END_WITHIN_MS, AbortSignal.any([over.signal, stop.forced]))
        .catch(() => undefined)
        .then(() => {
          if (child.exitCode === null && !over.signal.aborted) child.kill('SIGKILL');
        });
    };
    if (stop.asked.aborted) end();
    stop.asked.addEventListener('abort', end, { once: true });
    try {
      const exitCode = await ended;
      if (failure) throw failure;
      if (stop.asked.aborted) return 0;
      throw new FaultflixError('could-not-run', 'the cockpit ended by itself', { received: `exit code ${exitCode}` });
    } finally {
      over.abort();
    }
  },
});
