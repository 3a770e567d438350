import { typingErrors } from './distance.ts';

/** A word of the vocabulary that somebody may have meant. */
export interface Meant {
  readonly word: number;
  /** 1: typed as it is. Falls with typing errors, and with what is left to type of a word that only began. */
  readonly likeness: number;
}

export interface MeantQuery {
  readonly typed: string;
  /** The word may not be finished: the last of a query. */
  readonly begun: boolean;
  readonly limit: number;
}

/**
 * Every distinct word of the catalogue, found by what was typed. Candidates share letter pairs with it (a word of n
 * letters with k errors keeps at least n + 1 - 2k of its pairs, a swap costing three), the distance decides.
 */
export class Vocabulary {
  readonly words: readonly string[];
  readonly #known: Map<string, number>;
  readonly #pairOffsets: Uint32Array;
  readonly #pairWords: Uint32Array;
  readonly #shared: Uint8Array;

  /** `words`: distinct, in order of code units. */
  constructor(words: readonly string[]) {
    this.words = words;
    this.#known = new Map(words.map((word, i) => [word, i]));
    this.#shared = new Uint8Array(words.length);
    this.#pairOffsets = new Uint32Array(PAIRS + 1);
    for (const word of words) for (const pair of pairsOf(word)) this.#pairOffsets[pair + 1]!++;
    for (let pair = 0; pair < PAIRS; pair++) this.#pairOffsets[pair + 1]! += this.#pairOffsets[pair]!;
    this.#pairWords = new Uint32Array(this.#pairOffsets[PAIRS]!);
    const next = this.#pairOffsets.slice();
    for (const [i, word] of words.entries()) for (const pair of pairsOf(word)) this.#pairWords[next[pair]!++] = i;
  }

  has(word: string): boolean {
    return this.#known.has(word);
  }

  /** The likeliest first. */
  meant({ typed, begun, limit }: MeantQuery): Meant[] {
    const found = new Map<number, number>();
    const exact = this.#known.get(typed);
    if (exact !== undefined) found.set(exact, 1);
    if (begun) this.#addBegun(typed, found);
    const most = errorsAllowed(typed.length);
    if (most > 0) this.#addNear(typed, most, found);
    return [...found]
      .map(([word, likeness]) => ({ word, likeness }))
      .sort((a, b) => b.likeness - a.likeness || a.word - b.word)
      .slice(0, limit);
  }

  #addBegun(typed: string, found: Map<number, number>): void {
    let low = 0;
    let high = this.words.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.words[middle]! < typed) low = middle + 1;
      else high = middle;
    }
    for (let i = low; i < Math.min(this.words.length, low + MOST_BEGUN); i++) {
      const word = this.words[i]!;
      if (!word.startsWith(typed)) break;
      if (!found.has(i)) found.set(i, likenessOf.begun(typed.length, word.length));
    }
  }

  #addNear(typed: string, most: number, found: Map<number, number>): void {
    const touched: number[] = [];
    const pairs = pairsOf(typed);
    for (const pair of pairs) {
      for (let at = this.#pairOffsets[pair]!; at < this.#pairOffsets[pair + 1]!; at++) {
        const word = this.#pairWords[at]!;
        if (this.#shared[word]!++ === 0) touched.push(word);
      }
    }
    const needed = Math.max(1, pairs.size - 3 * most);
    for (const word of touched) {
      const shared = this.#shared[word]!;
      this.#shared[word] = 0;
      const text = this.words[word]!;
      if (shared < needed || Math.abs(text.length - typed.length) > most) continue;
      const errors = typingErrors(typed, text, most);
      if (errors > most || errors === 0) continue;
      found.set(word, Math.max(found.get(word) ?? 0, likenessOf.errors(errors, typed.length)));
    }
  }
}

/** One error in short words, two in long ones, as Lucene's and Elasticsearch's `AUTO` fuzziness; but 2 from 5 on. */
export const errorsAllowed = (length: number): number => (length < 3 ? 0 : length < 5 ? 1 : 2);

export const likenessOf = {
  begun: (typed: number, whole: number): number => 0.7 + 0.25 * (typed / whole),
  /** An error in a long word leaves more of it. */
  errors: (errors: number, length: number): number => Math.max(0.3, 1 - (1.2 * errors) / (length + 1)),
};

const MOST_BEGUN = 64;
const CLASSES = 41;
const PAIRS = CLASSES * CLASSES;

/** Letters and digits of their own; all others share the rest, which only makes for more candidates. */
function classOf(code: number): number {
  if (code >= 97 && code <= 122) return code - 96;
  if (code >= 48 && code <= 57) return code - 48 + 27;
  return 37 + (code % 4);
}

/** Distinct pairs of neighbouring letters, the word's edges included. */
function pairsOf(word: string): Set<number> {
  const pairs = new Set<number>();
  let before = 0;
  for (let i = 0; i <= word.length; i++) {
    const here = i === word.length ? 0 : classOf(word.charCodeAt(i));
    pairs.add(before * CLASSES + here);
    before = here;
  }
  return pairs;
}
