/** Requests a client may make: so many a second, and so many at once that were saved up. */
export interface Allowance {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * A viewer's device makes about one request in five seconds while it plays and a dozen when its home row is drawn, so these
 * are for who calls by program. Figures are ours.
 */
export const allowances: Readonly<Record<string, Allowance>> = {
  free: { perSecond: 10, burst: 60 },
  basic: { perSecond: 15, burst: 90 },
  standard: { perSecond: 20, burst: 120 },
  premium: { perSecond: 30, burst: 180 },
};

/**
 * Whoever has no token yet shares one allowance an operation: behind Toxiproxy a client's address cannot be seen, and
 * anything else that it says of itself it can say anew each time. It bounds what strangers can make the region do.
 */
export const strangers: Readonly<Record<string, Allowance>> = {
  openSession: { perSecond: 500, burst: 4_000 },
  createAccount: { perSecond: 50, burst: 500 },
};
export const strangersElse: Allowance = { perSecond: 1_000, burst: 4_000 };
