/**
 * Deadlines: an instant that travels with a request, so that nobody works on what nobody waits for. A call may take
 * what its caller has left, less a margin for the way back, and never longer than its own timeout.
 * After gRPC's deadline propagation, https://grpc.io/docs/guides/deadlines/.
 */
export const deadlineDefaults = {
  /** Longest a call takes when neither it nor its caller says otherwise. */
  timeoutMs: 2_000,
  /** What a caller keeps of its own time, to answer with: one scheduling hiccup of a busy node. */
  marginMs: 10,
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
 * The instant at which one attempt must be over: half of what is left while another attempt may follow, so that a
 * callee which swallows requests cannot eat the time of the retry; all of it for the last.
 */
export function attemptDeadlineAtMs(nowMs: number, deadlineAtMs: number, mayRepeat: boolean): number {
  return mayRepeat ? nowMs + (deadlineAtMs - nowMs) / 2 : deadlineAtMs;
}
