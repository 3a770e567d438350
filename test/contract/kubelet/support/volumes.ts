import { setTimeout as sleep } from 'node:timers/promises';
import type { Space } from './space.ts';

/** Where a mount is: on a cluster without mount namespaces it is below $FAULTFLIX_ROOT, which is empty elsewhere. */
export const AT = '$FAULTFLIX_ROOT';

export const mount = (name: string, mountPath: string, more: object = {}) => ({ name, mountPath, ...more });

const NUDGE_MS = 2_000;

/**
 * Waits until the pod's log shows that its volumes have followed the API. A kubelet may leave a volume for its sync
 * period and more (90 s, on busy clusters longer); a change of the pod itself makes it look at once, so the pod is
 * given an annotation again and again.
 */
export async function followed(space: Space, name: string, fits: RegExp): Promise<string[]> {
  const stop = new AbortController();
  const nudging = (async () => {
    for (let count = 0; !stop.signal.aborted; count++) {
      await space.merge(`pods/${name}`, { metadata: { annotations: { 'contract.test/nudge': String(count) } } });
      await sleep(NUDGE_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  })();
  try {
    return await space.logUntil(name, fits);
  } finally {
    stop.abort();
    await nudging;
  }
}
