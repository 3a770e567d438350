/**
 * The local cluster as a child process. It lives in a process group of its own, so that a Ctrl-C reaches us alone and
 * the end keeps its order; its stdin is a pipe that we hold, so that it ends when we die, however we die.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type Clock, systemClock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { localClusterScript } from '../repository.ts';
import { parseSupervisorLine, type ReadyEvent, type SupervisorEvent } from './supervisor-events.ts';

export interface SupervisorOptions {
  readonly name: string;
  /** Real nodes, this many (6 unless told), instead of the ones that a kubelet of ours plays. */
  readonly realNodes?: { readonly count?: number | undefined } | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onEvent: (event: SupervisorEvent) => void;
  readonly script?: string;
  readonly clock?: Clock;
}

export interface Supervisor {
  readonly pid: number;
  /** The cluster is up. Rejects when the supervisor ended or said an error first. */
  readonly ready: Promise<ReadyEvent>;
  /** Resolves when the supervisor has ended, at whatever time. */
  readonly ended: Promise<void>;
  /** Ends the cluster and waits for it; `force` aborting kills the supervisor at once. */
  down(force?: AbortSignal): Promise<void>;
}

/** Pods have up to their grace period, 30 s in Kubernetes; beyond that the supervisor itself hangs. */
const DOWN_TIMEOUT_MS = 45_000;
const STDERR_KEPT = 4_000;

export function startSupervisor(options: SupervisorOptions): Supervisor {
  const { name, realNodes, env, onEvent, script = localClusterScript, clock = systemClock } = options;
  const count = realNodes?.count === undefined ? [] : ['--node-count', String(realNodes.count)];
  const nodes = realNodes ? ['--nodes', 'containerd', ...count] : [];
  const child = spawn(process.execPath, [script, 'up', '--name', name, ...nodes], {
    env: { ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_KEPT);
  });
  // The supervisor may be gone before we close its stdin; that is what we wanted.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()).on('error', () => resolve()));
  const ready = new Promise<ReadyEvent>((resolve, reject) => {
    createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
      const event = parseSupervisorLine(line);
      if (!event) return;
      onEvent(event);
      if (event.type === 'ready') resolve(event);
      if (event.type === 'error') reject(FaultflixError.fromJSON(event.error));
    });
    child.on('error', (cause) =>
      reject(new FaultflixError('could-not-run', 'the local cluster could not be started', { cause })),
    );
    child.on('close', (exitCode, signal) =>
      reject(
        new FaultflixError('could-not-run', 'the local cluster ended before it was ready', {
          where: script,
          received: `${signal ?? `exit code ${exitCode}`}${stderr ? `: ${stderr.trim()}` : ''}`,
          todo: 'run the command again; if it stays, the lines above are its last words',
        }),
      ),
    );
  });
  // A caller that is told to stop may never wait for it.
  ready.catch(() => undefined);
  return { pid: child.pid ?? 0, ready, ended, down: (force) => takeDown(child, { ended, clock, force, name }) };
}

interface DownOptions {
  readonly ended: Promise<void>;
  readonly clock: Clock;
  readonly force: AbortSignal | undefined;
  readonly name: string;
}

async function takeDown(child: ChildProcess, { ended, clock, force, name }: DownOptions): Promise<void> {
  child.stdin?.end();
  const over = new AbortController();
  const patience = clock.sleep(DOWN_TIMEOUT_MS, over.signal).catch(() => undefined);
  const forced = !force
    ? new Promise<never>(() => {})
    : force.aborted
      ? Promise.resolve()
      : once(force, 'abort', { signal: over.signal }).catch(() => new Promise<never>(() => {}));
  const how = await Promise.race([ended.then(() => 'ended'), patience.then(() => 'late'), forced.then(() => 'forced')]);
  over.abort();
  if (how === 'ended') return;
  // Killing the supervisor leaves its children to its own recovery: `down` finds and ends them by their recorded ids.
  child.kill('SIGKILL');
  await ended;
  await sweep(name);
  if (how === 'late') {
    throw new FaultflixError(
      'could-not-run',
      `the local cluster did not end within ${DOWN_TIMEOUT_MS / 1_000} s and was killed`,
      {
        todo: '`faultflix down` checks that nothing is left',
      },
    );
  }
}

/** Ends whatever a cluster of this name left. */
export async function sweep(name: string, script: string = localClusterScript): Promise<void> {
  const child = spawn(process.execPath, [script, 'down', '--name', name], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_KEPT);
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  if (exitCode === 0) return;
  throw new FaultflixError('could-not-run', `what the cluster ${name} left could not be ended`, {
    where: `${script} down --name ${name}`,
    received: `exit code ${exitCode}: ${stderr.trim()}`,
  });
}
