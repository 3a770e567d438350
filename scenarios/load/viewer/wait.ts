import { setTimeout } from 'k6/timers';
import { measures } from './measures.ts';

/** A pause that lets other users go on: k6's own sleep() would block a user's other requests. */
export function wait(ms: number): Promise<void> {
  const dueMs = Date.now() + Math.max(0, ms);
  return new Promise((done) => {
    setTimeout(
      () => {
        measures.timerLag(Date.now() - dueMs);
        done();
      },
      Math.max(0, ms),
    );
  });
}
