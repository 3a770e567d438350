/** Seeded randomness. One seed makes a run; `fork` gives each part a stream of its own that others cannot disturb. */
export interface Rng {
  /** Uniform in [0, 1). */
  next(): number;
  /** A generator that depends on this seed and the name alone, not on how much was drawn before. */
  fork(name: string): Rng;
}

/** mulberry32 (Tommy Ettinger, public domain): 32 bits of state, passes gjrand, enough for choosing victims. */
export function seededRng(seed: number | string): Rng {
  const origin = typeof seed === 'number' ? seed >>> 0 : hash(seed);
  let state = origin;
  return {
    next() {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    },
    fork: (name) => seededRng(hash(`${origin}/${name}`)),
  };
}

/** `count` items in random order, without repetition; all of them when there are fewer. */
export function sample<T>(items: readonly T[], count: number, rng: Rng): T[] {
  const pool = [...items];
  for (let i = 0; i < Math.min(count, pool.length); i++) {
    const j = i + Math.floor(rng.next() * (pool.length - i));
    [pool[i], pool[j]] = [pool[j]!, pool[i]!];
  }
  return pool.slice(0, count);
}

/** FNV-1a, 32 bits, finished with murmur3's mix so that near names give far seeds. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) h = Math.imul(h ^ byte, 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
