import { type Clock, systemClock } from '#base/clock.ts';
import { isAlive, type ProcessId, signal } from './identity.ts';

export interface EndOptions {
  /** How long SIGTERM may take; 0 goes straight to SIGKILL. */
  readonly graceMs: number;
  readonly clock?: Clock;
}

const POLL_MS = 20;
/** The kernel reaps a killed process soon; one in uninterruptible sleep may take longer and is reported, not awaited. */
const KILL_BOUND_MS = 5_000;

/** Ends processes and the groups they lead: SIGTERM, then SIGKILL. Returns those that live on even after that. */
export async function endProcesses(ids: readonly ProcessId[], options: EndOptions): Promise<ProcessId[]> {
  const { graceMs, clock = systemClock } = options;
  if (graceMs > 0) {
    for (const id of ids) signal(id, 'SIGTERM');
    await untilGone(ids, graceMs, clock);
  }
  for (const id of ids) signal(id, 'SIGKILL');
  return untilGone(ids, KILL_BOUND_MS, clock);
}

/** Waits until all are gone, at most `boundMs`; returns those left. Other people's children give no event to await. */
export async function untilGone(ids: readonly ProcessId[], boundMs: number, clock: Clock): Promise<ProcessId[]> {
  const deadline = clock.now() + boundMs;
  for (;;) {
    const left = ids.filter(isAlive);
    if (left.length === 0 || clock.now() >= deadline) return left;
    await clock.sleep(POLL_MS);
  }
}
