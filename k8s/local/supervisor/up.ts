import { type Clock, systemClock } from '#base/clock.ts';
import { asFaultflixError, FaultflixError } from '#base/errors.ts';
import { followLock, type Holder, type Lock, tryLock } from '../processes/lock.ts';
import { Cluster, type ClusterOptions, type RunningCluster } from './cluster.ts';
import { startGuardian } from './guardian.ts';
import { type ClusterPlace, createStateDir, newInstance, removeStateDir } from './state-dir.ts';
import { sweep } from './sweep.ts';

export interface UpOptions extends Pick<ClusterOptions, 'env' | 'ensureTools' | 'emit' | 'kubelet'> {
  readonly place: ClusterPlace;
  /** Ends the cluster. */
  readonly signal: AbortSignal;
  /** Ends it without waiting for anything. */
  readonly hurry: AbortSignal;
  readonly clock?: Clock;
  /** Another kind of cluster than the local one. */
  readonly create?: (options: ClusterOptions) => RunningCluster;
  /** Throws when this machine cannot have it; asked when an earlier one is cleared away and nothing is made yet. */
  readonly check?: () => void;
}

const SWEEP_BOUND_MS = 60_000;

/** Runs a cluster until the signal; resolves when nothing of it is left. Rejects, after the same clearing up, when it fails. */
export async function up(options: UpOptions): Promise<void> {
  const { place, emit, signal, hurry, clock = systemClock, create = (own) => new Cluster(own) } = options;
  const lock = await takeCluster(place, signal);
  try {
    const ended = await sweep({ stateDir: place.stateDir, graceMs: 0, clock });
    if (ended > 0) emit({ type: 'recovered', ended });
    options.check?.();
    await createStateDir(place.stateDir);
    const guardian = await startGuardian(place.name);
    const fatal = new AbortController();
    const cluster = create({
      ...options,
      name: place.name,
      stateDir: place.stateDir,
      instance: newInstance(place.name),
      clock,
      onFatal: (error) => fatal.abort(error),
    });
    const end = AbortSignal.any([signal, fatal.signal]);
    try {
      await cluster.start(end);
      await over(end);
    } catch (error) {
      if (!signal.aborted) throw asFaultflixError(error);
    } finally {
      await cluster.stop(hurry);
      await removeStateDir(place.stateDir);
      await guardian.dismiss();
    }
    if (fatal.signal.aborted) throw asFaultflixError(fatal.signal.reason);
  } finally {
    await lock.release();
  }
}

/** The cluster's lock. A guardian that clears up after a killed supervisor is waited for; another cluster is not. */
async function takeCluster({ name, lockName, stateDir }: ClusterPlace, signal: AbortSignal): Promise<Lock> {
  const bound = AbortSignal.any([signal, AbortSignal.timeout(SWEEP_BOUND_MS)]);
  for (;;) {
    bound.throwIfAborted();
    const lock = await tryLock({ name: lockName, doing: 'up' });
    if (lock) return lock;
    const seen = new AbortController();
    let other: Holder | undefined;
    const onHolder = (holder: Holder) => {
      if (holder.doing === 'sweep') return;
      other = holder;
      seen.abort();
    };
    await followLock({ name: lockName, onHolder, signal: AbortSignal.any([bound, seen.signal]) }).catch((reason) => {
      if (!other) throw reason;
    });
    if (other) {
      throw new FaultflixError('conflict', `the local cluster "${name}" is up already`, {
        where: stateDir,
        expected: 'no other supervisor of this cluster',
        received: `process ${other.pid}, since ${new Date(other.sinceMs).toISOString()}`,
        todo: `end that one (kill ${other.pid}, or the command down), or start another cluster beside it with --name`,
      });
    }
  }
}

function over(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
