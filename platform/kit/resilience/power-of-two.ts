import type { Rng } from '#base/rng.ts';

/**
 * Power of two choices: of two endpoints drawn at random the cheaper one. Close to least-loaded, without the herd that
 * runs to the one that looked best a moment ago. Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing",
 * IEEE TPDS 2001.
 */
export function pickOfTwo<T>(candidates: readonly T[], cost: (candidate: T) => number, rng: Rng): T | undefined {
  const count = candidates.length;
  if (count <= 1) return candidates[0];
  const first = Math.floor(rng.next() * count);
  let second = Math.floor(rng.next() * (count - 1));
  if (second >= first) second += 1;
  const a = candidates[first]!;
  const b = candidates[second]!;
  return cost(b) < cost(a) ? b : a;
}

/** Rendezvous hashing (Thaler and Ravishankar, 1998): a key's own order of endpoints, stable as others come and go. */
export function pickByKey<T extends { readonly id: string }>(candidates: readonly T[], key: string): T | undefined {
  let best: T | undefined;
  let bestScore = -1;
  for (const candidate of candidates) {
    const score = hash32(`${key}/${candidate.id}`);
    if (score > bestScore) {
      best = candidate;
      bestScore = score;
    }
  }
  return best;
}

/** FNV-1a with murmur3's finish: near keys must give far scores. */
function hash32(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
