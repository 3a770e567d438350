/**
 * How often a key was asked for lately, in a few kilobytes: TinyLFU (Einziger, Friedman and Manes, "TinyLFU: A Highly
 * Efficient Cache Admission Policy", ACM Transactions on Storage 13(4), 2017). A count-min sketch of four rows whose
 * counters end at 15; after ten times as many requests as it has counters a row all are halved, so that what was popular
 * last week gives way. Of a key it may say too much (when others fall on all its counters), never too little.
 */
export class Sketch {
  readonly #counters: Uint8Array;
  readonly #mask: number;
  readonly #sample: number;
  #added = 0;

  /** `width` counters a row, a power of two: some times the keys that a cache holds. */
  constructor(width: number) {
    if (width < 1 || (width & (width - 1)) !== 0) throw new RangeError(`not a power of two: ${width}`);
    this.#counters = new Uint8Array(width * ROWS);
    this.#mask = width - 1;
    this.#sample = width * 10;
  }

  /** `hash` is that of `hashOf`. */
  add(hash: number): void {
    for (let row = 0; row < ROWS; row++) {
      const at = this.#at(hash, row);
      if (this.#counters[at]! < MOST) this.#counters[at]!++;
    }
    if (++this.#added >= this.#sample) this.#age();
  }

  estimate(hash: number): number {
    let least = MOST;
    for (let row = 0; row < ROWS; row++) least = Math.min(least, this.#counters[this.#at(hash, row)]!);
    return least;
  }

  #at(hash: number, row: number): number {
    let mixed = Math.imul(hash ^ seeds[row]!, 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return row * (this.#mask + 1) + ((mixed ^ (mixed >>> 16)) & this.#mask);
  }

  #age(): void {
    for (let i = 0; i < this.#counters.length; i++) this.#counters[i]! >>= 1;
    this.#added = Math.floor(this.#added / 2);
  }
}

const ROWS = 4;
const MOST = 15;
const seeds = [0x9e3779b9, 0x7f4a7c15, 0x94d049bb, 0xbf58476d];

/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}
