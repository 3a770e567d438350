import type { Clock } from '#base/clock.ts';

/** Whether it is time to say something again that would otherwise be said many times: at once, then each `everyMs`. */
export function seldom(clock: Clock, everyMs = 30_000): () => boolean {
  let lastMs = Number.NEGATIVE_INFINITY;
  return () => {
    const nowMs = clock.now();
    if (nowMs - lastMs < everyMs) return false;
    lastMs = nowMs;
    return true;
  };
}
