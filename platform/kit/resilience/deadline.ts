/**
 * Deadlines: an instant that travels with a request, so that nobody works on what nobody waits for. A call may take
 * what its caller has left, less a margin for the way back, and never longer than its own timeout.
 * After gRPC's deadline propagation, https://grpc.io/docs/guides/deadlines/.
 */
export const deadlineDefaults = {
  /** Longest a call takes when neither it nor its caller says otherwise. */
  timeoutMs: 2_000,
  /** What a caller keeps of its own time, to answer with: a scheduling hiccup of a busy node. */
  marginMs: 50,
  /**
   * What the first attempts leave to the last: enough for one more try across a continent. Were it a share, it would
   * compound: half of half of half is 250 ms of 2 s three calls deep, and a pod that is merely slow would time out.
   */
  reserveMs: 300,
} as const;

export interface DeadlineOptions {
  readonly nowMs: number;
  readonly timeoutMs?: number | undefined;
  /** The deadline of the request on whose behalf the call is made. */
  readonly callerDeadlineAtMs?: number | undefined;
  readonly marginMs?: number;
}

/** The instant at which the call must be over. In the past when the caller has nothing left to give. */
export function callDeadlineAtMs(options: DeadlineOptions): number {
  const own = options.nowMs + (options.timeoutMs ?? deadlineDefaults.timeoutMs);
  if (options.callerDeadlineAtMs === undefined) return own;
  return Math.min(own, options.callerDeadlineAtMs - (options.marginMs ?? deadlineDefaults.marginMs));
}

/**
 * The instant at which one attempt must be over: all of what is left but a reserve while another attempt may follow, so
 * that a callee which swallows requests cannot eat the time of the retry. When little is left, half of it.
 */
export function attemptDeadlineAtMs(nowMs: number, deadlineAtMs: number, mayRepeat: boolean): number {
  if (!mayRepeat) return deadlineAtMs;
  return deadlineAtMs - Math.min(deadlineDefaults.reserveMs, (deadlineAtMs - nowMs) / 2);
}
