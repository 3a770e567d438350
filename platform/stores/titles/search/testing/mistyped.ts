import type { Rng } from '#base/rng.ts';

const letters = 'abcdefghijklmnopqrstuvwxyz';

/** A text with so many typing errors: a letter left out, put in, taken for another, or swapped with the next. */
export function mistyped(text: string, errors: number, rng: Rng): string {
  let typed = text;
  const at = (length: number) => Math.floor(rng.next() * length);
  for (let done = 0, tries = 0; done < errors && tries < 100; tries++) {
    const i = at(typed.length);
    const letter = letters[at(letters.length)]!;
    const before = typed;
    const ways = [
      () => typed.slice(0, i) + typed.slice(i + 1),
      () => typed.slice(0, i) + letter + typed.slice(i),
      () => typed.slice(0, i) + letter + typed.slice(i + 1),
      () => typed.slice(0, i) + (typed[i + 1] ?? '') + typed[i] + typed.slice(i + 2),
    ];
    typed = ways[at(ways.length)]!();
    if (typed !== before && typed.trim() !== '') done++;
    else typed = before;
  }
  return typed;
}
