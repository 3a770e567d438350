const DAY_MS = 86_400_000;

/**
 * When a refused renewal is tried again, after its first refusal. Four times in 21 days is the default of Stripe's retry
 * policies (https://docs.stripe.com/billing/revenue-recovery/smart-retries), where a model chooses the days; here they
 * grow apart. Card networks allow far more (Visa: 15 in 30 days).
 */
export const dunningDays = [3, 7, 14, 21] as const;

/** When to try again after `refusals` refusals (1 or more); undefined when it is over. */
export function nextTryMs(firstRefusedMs: number, refusals: number): number | undefined {
  const days = dunningDays[refusals - 1];
  return days === undefined ? undefined : firstRefusedMs + days * DAY_MS;
}
