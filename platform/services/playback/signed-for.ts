const QUARTER_MS = 900_000;

/** So much longer than the film is one away from the screen at most. */
const PAUSES = 2;
const LEAST_MS = 3_600_000;

/**
 * When the signature of a stream's paths runs out: after twice the title's length, an hour at least, to the next full
 * quarter of an hour, so that a start which is tried again gives the same paths.
 */
export function signedUntilMs(nowMs: number, lengthMs: number | undefined): number {
  return (Math.floor((nowMs + Math.max(LEAST_MS, PAUSES * (lengthMs ?? 0))) / QUARTER_MS) + 1) * QUARTER_MS;
}
