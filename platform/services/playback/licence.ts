import { FaultflixError } from '#base/errors.ts';

/**
 * Throws `forbidden` where the title has no licence. Countries are ISO 3166-1 alpha-2; a title without a list may be
 * shown everywhere. A device without an account says no country: where it is, nobody knows, so nothing is kept from it.
 */
export function mustBeLicensed(title: { readonly id: string; readonly countries: readonly string[] }, country: string) {
  if (country === '' || title.countries.length === 0 || title.countries.includes(country)) return;
  throw new FaultflixError('forbidden', 'the title may not be shown in this country', {
    where: `title ${title.id}`,
    received: country,
    todo: 'choose another title',
  });
}
