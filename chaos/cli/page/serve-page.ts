/** A page in a browser. Rooms meet by process: its server is a child that ends when the command does. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { FaultflixError } from '#base/errors.ts';
import { type ClusterChoice, locate } from '../cluster/locate.ts';
import type { CommandContext } from '../command.ts';

const END_WITHIN_MS = 5_000;

type Line =
  | { readonly type: 'progress'; readonly modules: number }
  | { readonly type: 'built'; readonly ms: number }
  | { readonly type: 'ready'; readonly url: string }
  | { readonly type: 'error'; readonly error: Parameters<typeof FaultflixError.fromJSON>[0] };

export interface PageOptions extends Pick<CommandContext, 'env' | 'out' | 'clock' | 'stop'> {
  /** What it is, for who reads: `the cockpit`. */
  readonly name: string;
  /** The program that serves it: prints JSON lines, and ends with its stdin. */
  readonly server: string;
  readonly args: readonly string[];
  readonly cluster: ClusterChoice;
}

/** Until Ctrl-C. Resolves with the exit code. */
export async function servePage(options: PageOptions): Promise<number> {
  const { name, server, args, env, out, clock, stop } = options;
  const { kubeconfig, context } = await locate(options.cluster);
  // A group of its own, so that a Ctrl-C reaches it through us alone; its stdin is our lifeline to it.
  const child = spawn(
    process.execPath,
    [server, '--until-stdin-ends', ...args, ...(context ? ['--context', context] : [])],
    { env: { ...env, KUBECONFIG: kubeconfig }, stdio: ['pipe', 'pipe', 'inherit'], detached: true },
  );
  child.stdin.on('error', () => undefined); // gone before us, which is what its end would ask for
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', (cause) =>
      reject(new FaultflixError('could-not-run', `${name} could not be started`, { cause })),
    );
    child.on('close', (exitCode) => resolve(exitCode ?? 3));
  });
  let failure: FaultflixError | undefined;
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as Line;
    out.emit({ ...line });
    if (line.type === 'progress') out.terminal.live(`building ${name} (first use)  ${line.modules} modules`);
    if (line.type === 'built') {
      out.terminal.live(undefined);
      out.terminal.line(`built ${name} in ${(line.ms / 1_000).toFixed(1)} s`);
    }
    if (line.type === 'ready') out.print(`${name}  ${line.url}  (Ctrl-C ends it)`);
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
    throw new FaultflixError('could-not-run', `${name} ended by itself`, { received: `exit code ${exitCode}` });
  } finally {
    over.abort();
  }
}
