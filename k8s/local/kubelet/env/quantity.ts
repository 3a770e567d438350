import { FaultflixError } from '#base/errors.ts';

const suffixes: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A resource quantity as a number of its base unit: cores or bytes. Throws `bad-input` for what is none. */
export function parseQuantity(text: string | number): number {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+)|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei))?$/.exec(
    String(text),
  );
  if (!match) {
    throw new FaultflixError('bad-input', 'not a quantity', {
      expected: 'such as 250m, 1.5 or 64Mi',
      received: String(text),
    });
  }
  const [, amount, exponent, suffix = ''] = match;
  return exponent === undefined ? Number(amount) * suffixes[suffix]! : Number(`${amount}e${exponent}`);
}

/** The quantity in units of `divisor` (`1` unless told), rounded up, as resourceFieldRef gives it. */
export function inUnitsOf(quantity: string | number, divisor: string | number = '1'): string {
  const unit = parseQuantity(divisor) || 1;
  return String(Math.ceil(Number((parseQuantity(quantity) / unit).toFixed(6))));
}
