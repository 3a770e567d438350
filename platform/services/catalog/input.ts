import { FaultflixError } from '#base/errors.ts';

export const limits = {
  page: { usual: 50, max: 200 },
  search: { usual: 20, max: 50 },
  ids: 200,
  query: 100,
} as const;

/** 0 is the usual number. Throws `bad-input` outside of 1 to `max`. */
export function countOf(
  value: number,
  { usual, max }: { readonly usual: number; readonly max: number },
  where: string,
) {
  if (value === 0) return usual;
  if (value > 0 && value <= max) return value;
  throw new FaultflixError('bad-input', 'not a number of titles', {
    where,
    expected: `1 to ${max}`,
    received: `${value}`,
  });
}

/** `{}` for none. Throws `bad-input` for what is no country's code. */
export function countryOf(country: string): { readonly country?: string } {
  if (country === '') return {};
  if (/^[A-Z]{2}$/.test(country)) return { country };
  throw new FaultflixError('bad-input', 'not a country', {
    where: 'country',
    expected: 'two capital letters (ISO 3166-1 alpha-2)',
    received: country.slice(0, 40),
  });
}

export function queryOf(query: string): string {
  const length = [...query].length;
  if (length >= 1 && length <= limits.query) return query;
  throw new FaultflixError('bad-input', 'not a query', {
    where: 'query',
    expected: `1 to ${limits.query} characters`,
    received: `${length} characters`,
  });
}

export function idsOf(ids: readonly string[]): readonly string[] {
  if (ids.length <= limits.ids) return ids;
  throw new FaultflixError('bad-input', 'too many ids', {
    where: 'ids',
    expected: `at most ${limits.ids}`,
    received: `${ids.length}`,
  });
}
