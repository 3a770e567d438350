import type { Rng } from '#base/rng.ts';
import { type Draw, drawing } from './draw.ts';

/** Countries as the catalogue's licences know them, by the markets that they are sold in. */
const markets = [
  ['US', 'CA'],
  ['MX', 'BR', 'AR', 'CL', 'CO', 'PE'],
  ['GB', 'IE'],
  ['DE', 'AT', 'CH'],
  ['FR', 'BE', 'LU'],
  ['ES', 'PT', 'IT'],
  ['SE', 'NO', 'DK', 'FI', 'IS'],
  ['PL', 'CZ', 'SK', 'HU', 'RO'],
  ['NG', 'KE', 'GH', 'ZA'],
  ['EG', 'MA', 'AE', 'SA'],
  ['IN', 'BD', 'LK'],
  ['JP', 'KR', 'TW'],
  ['ID', 'MY', 'PH', 'SG', 'TH', 'VN'],
  ['AU', 'NZ'],
] as const;

const DEALS = 60;
/** The share of titles that are Faultflix's own and shown everywhere. */
const EVERYWHERE = 0.68;

/** Deals that licences follow: a title has one of them, or is shown everywhere (undefined). */
export function licensing(rng: Rng): (draw: Draw) => readonly string[] | undefined {
  const dealing = drawing(rng);
  const deals = Array.from({ length: DEALS }, () => {
    const share = 0.15 + 0.75 * dealing.rng.next();
    const sold = markets.filter(() => dealing.chance(share));
    return (sold.length > 0 ? sold : [dealing.pick(markets)]).flat().sort();
  });
  return (draw) => (draw.chance(EVERYWHERE) ? undefined : draw.pickEarly(deals, 1.5));
}
