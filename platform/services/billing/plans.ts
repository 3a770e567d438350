import { FaultflixError } from '#base/errors.ts';
import type { Plan } from '#contracts/generated/faultflix/billing/v1/Plan.ts';

export const planIds = ['free', 'basic', 'standard', 'premium'] as const;
export type PlanId = (typeof planIds)[number];
export type PaidPlanId = Exclude<PlanId, 'free'>;

export const isPaidPlan = (text: string): text is PaidPlanId =>
  text !== 'free' && (planIds as readonly string[]).includes(text);

const plans: Readonly<
  Record<PlanId, { readonly name: string; readonly maxStreams: number; readonly maxHeight: number }>
> = {
  free: { name: 'Free', maxStreams: 1, maxHeight: 720 },
  basic: { name: 'Basic', maxStreams: 1, maxHeight: 720 },
  standard: { name: 'Standard', maxStreams: 2, maxHeight: 1080 },
  premium: { name: 'Premium', maxStreams: 4, maxHeight: 2160 },
};

/** A month, in minor units of the currency (ISO 4217: the yen has none, so its minor unit is the yen). Invented. */
const prices: Readonly<Record<string, Readonly<Record<PaidPlanId, number>>>> = {
  AUD: { basic: 999, standard: 1_899, premium: 2_599 },
  BRL: { basic: 2_090, standard: 4_490, premium: 5_990 },
  CAD: { basic: 899, standard: 1_799, premium: 2_399 },
  EUR: { basic: 699, standard: 1_299, premium: 1_899 },
  GBP: { basic: 599, standard: 1_199, premium: 1_799 },
  INR: { basic: 19_900, standard: 49_900, premium: 64_900 },
  JPY: { basic: 890, standard: 1_590, premium: 2_290 },
  MXN: { basic: 11_900, standard: 24_900, premium: 32_900 },
  USD: { basic: 799, standard: 1_549, premium: 2_299 },
};

const euro = ['AT', 'BE', 'DE', 'ES', 'FI', 'FR', 'GR', 'IE', 'IT', 'LU', 'NL', 'PT'];
const currencies: Readonly<Record<string, string>> = {
  ...Object.fromEntries(euro.map((country) => [country, 'EUR'])),
  ...{ AU: 'AUD', BR: 'BRL', CA: 'CAD', GB: 'GBP', IN: 'INR', JP: 'JPY', MX: 'MXN', US: 'USD' },
};

/** Of a country by ISO 3166-1; dollars where there is no price in its own money. `bad-input` for what is no country. */
export function currencyOf(country: string): string {
  if (/^[A-Z]{2}$/.test(country)) return currencies[country] ?? 'USD';
  throw new FaultflixError('bad-input', 'not a country', {
    where: 'country',
    expected: 'two capital letters of ISO 3166-1',
    received: country.slice(0, 40),
  });
}

/** Of a month, in minor units. */
export function priceOf(plan: PlanId, currency: string): number {
  const list = prices[currency];
  if (list === undefined) throw new FaultflixError('internal', 'no prices in this currency', { received: currency });
  return plan === 'free' ? 0 : list[plan];
}

export function planIn(id: PlanId, currency: string) {
  return { id, ...plans[id], priceMinor: priceOf(id, currency), currency } satisfies Plan;
}

export const plansIn = (country: string): readonly Plan[] => {
  const currency = currencyOf(country);
  return planIds.map((id) => planIn(id, currency));
};
