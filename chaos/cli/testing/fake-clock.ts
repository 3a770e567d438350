/** A clock that only moves when told. */
import type { Clock } from '#base/clock.ts';

export interface FakeClock extends Clock {
  /** Moves time; sleepers whose time has come wake, each with the microtasks that follow. */
  advance(ms: number): Promise<void>;
}

export function fakeClock(startMs = 1_000_000): FakeClock {
  let nowMs = startMs;
  let sleepers: { atMs: number; wake: () => void }[] = [];
  return {
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper = { atMs: nowMs + ms, wake: () => resolve() };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers = sleepers.filter((each) => each !== sleeper);
          reject(signal.reason);
        });
      }),
    async advance(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        const next = sleepers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (!next) break;
        nowMs = next.atMs;
        sleepers = sleepers.filter((each) => each !== next);
        next.wake();
        await new Promise(setImmediate);
      }
      nowMs = untilMs;
    },
  };
}
