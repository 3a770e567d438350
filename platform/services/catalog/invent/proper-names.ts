import type { Draw } from './draw.ts';
import { given, places, surnames } from './words/proper.ts';

export function placeName(draw: Draw): string {
  const [front, back] = draw.pick(places);
  return joined(draw.pick(front), draw.pick(back));
}

export function personName(draw: Draw): string {
  const [front, back] = draw.pick(surnames);
  return `${draw.pick(given)} ${joined(draw.pick(front), draw.pick(back))}`;
}

/** No letter three times, no vowel twice where the parts meet. */
function joined(front: string, back: string): string {
  const last = front.at(-1)!.toLowerCase();
  return last === back[0] && /[aeiou]/.test(last) ? front + back.slice(1) : (front + back).replace(/(.)\1\1/, '$1$1');
}
