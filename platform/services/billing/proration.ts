/** A change of plan within a period that is paid for. Prices are those of the whole period, in minor units. */
export interface Change {
  readonly fromMinor: number;
  readonly toMinor: number;
  readonly periodStartMs: number;
  readonly periodEndMs: number;
  readonly atMs: number;
}

/**
 * What the rest of the period costs more on the new plan, to the millisecond; negative for what is given back.
 * The new plan's share is rounded down and the old one's up: less than one minor unit each, in the viewer's favour.
 */
export function prorated({ fromMinor, toMinor, periodStartMs, periodEndMs, atMs }: Change): number {
  const wholeMs = BigInt(periodEndMs - periodStartMs);
  const restMs = BigInt(Math.min(Math.max(periodEndMs - atMs, 0), periodEndMs - periodStartMs));
  if (wholeMs <= 0n) return 0;
  const owed = (BigInt(toMinor) * restMs) / wholeMs;
  const back = (BigInt(fromMinor) * restMs + wholeMs - 1n) / wholeMs;
  return Number(owed - back);
}
