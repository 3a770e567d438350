import { type Clock, systemClock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { followLock, holderOf, tryLock } from '../processes/lock.ts';
import type { ClusterPlace } from './state-dir.ts';
import { sweep } from './sweep.ts';

const DOWN_BOUND_MS = 60_000;
/** For a kubelet whose supervisor was killed: it may end its pods in order before it is ended itself. */
const KUBELET_GRACE_MS = 10_000;

/** Ends a cluster, whoever runs it, and clears up what a killed one left. Does nothing when there is none. */
export async function down(place: ClusterPlace, clock: Clock = systemClock): Promise<void> {
  const bound = AbortSignal.timeout(DOWN_BOUND_MS);
  for (;;) {
    if (bound.aborted) {
      throw new FaultflixError('residue', `the local cluster "${place.name}" does not end`, {
        where: place.stateDir,
        received: `process ${(await holderOf(place.lockName))?.pid} still holds it after ${DOWN_BOUND_MS / 1_000} s`,
        todo: 'kill -9 that process, then run down again',
      });
    }
    const lock = await tryLock({ name: place.lockName, doing: 'sweep' });
    if (lock) {
      try {
        await sweep({ stateDir: place.stateDir, graceMs: KUBELET_GRACE_MS, clock });
      } finally {
        await lock.release();
      }
      return;
    }
    const onHolder = ({ pid, doing }: { pid: number; doing: string }) => {
      if (doing === 'up') process.kill(pid, 'SIGTERM');
    };
    await followLock({ name: place.lockName, onHolder, signal: bound }).catch((reason) => {
      if (!bound.aborted) throw reason;
    });
  }
}

/** What the guardian does when the supervisor was killed: the same, unless a new supervisor is there already. */
export async function sweepAfterDeath(place: ClusterPlace, clock: Clock = systemClock): Promise<void> {
  const lock = await tryLock({ name: place.lockName, doing: 'sweep' });
  if (!lock) return;
  try {
    await sweep({ stateDir: place.stateDir, graceMs: KUBELET_GRACE_MS, clock });
  } finally {
    await lock.release();
  }
}
