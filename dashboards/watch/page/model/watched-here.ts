/** What this device has seen of films itself: how long they are, and how far it has just come. */
import { remember, remembered } from './device.ts';

const LENGTHS = 'faultflix.lengths';
const MOST_LENGTHS = 200;

/** Ahead of what the platform says: the last word of a film that was left may still be under way. */
const positions = new Map<string, number>();

const keyOf = (profile: string | undefined, titleId: string) => `${profile ?? ''} ${titleId}`;

/** Of the film that was played here, which a catalogue knows to the minute at best. */
export const lengthHereMs = (titleId: string): number | undefined =>
  remembered<Record<string, number>>(LENGTHS)?.[titleId];

export function rememberLength(titleId: string, lengthMs: number): void {
  const known = remembered<Record<string, number>>(LENGTHS) ?? {};
  if (known[titleId] === lengthMs) return;
  const others = Object.entries(known).filter(([id]) => id !== titleId);
  remember(LENGTHS, Object.fromEntries([[titleId, lengthMs], ...others].slice(0, MOST_LENGTHS)));
}

export const positionHereMs = (profile: string | undefined, titleId: string): number | undefined =>
  positions.get(keyOf(profile, titleId));

export const rememberPosition = (profile: string | undefined, titleId: string, positionMs: number): void =>
  void positions.set(keyOf(profile, titleId), positionMs);
