import type { Columns, Postings } from '../pack/columns.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface GatherQuery {
  readonly words: readonly string[];
  readonly licensed: (row: number) => boolean;
  readonly most: number;
}

/** Words that a typed one may have meant, at most. */
const MOST_MEANT = 16;
/** Titles of one word that are looked at, the most popular first: bounds what a query can cost. */
const MOST_ROWS = 100_000;
/** A person's name says less of a title than its own. */
const PEOPLE_SHARE = 0.7;
/** How much a name of which all was typed is before one of which half was. */
const WHOLE_NAME = 0.5;

/** Rows that have the most of a query's words, by postings alone. Its scratch is of the catalogue's size, made once. */
export class Gathering {
  readonly #columns: Columns;
  readonly #vocabulary: Vocabulary;
  readonly #score: Float32Array;
  readonly #nameScore: Float32Array;
  /** By row: the word of the query that counted last, so that each counts once a title, at its best. */
  readonly #counted: Uint8Array;
  /** Rows that have a score, the first `#touches` of it: one that grew with each query would be the most of its garbage. */
  readonly #touched: Uint32Array;
  #touches = 0;

  constructor({ columns, vocabulary }: { readonly columns: Columns; readonly vocabulary: Vocabulary }) {
    this.#columns = columns;
    this.#vocabulary = vocabulary;
    this.#score = new Float32Array(columns.ranks.length);
    this.#nameScore = new Float32Array(columns.ranks.length);
    this.#counted = new Uint8Array(columns.ranks.length);
    this.#touched = new Uint32Array(columns.ranks.length);
  }

  /** How much a word tells: more the fewer titles have it (the usual inverse document frequency, smoothed). */
  weightOf = (word: number): number => {
    const { byNameWord, byPeopleWord, ranks } = this.#columns;
    const titles = Math.max(1, countOf(byNameWord, word) + countOf(byPeopleWord, word));
    return Math.log(1 + ranks.length / titles);
  };

  gather({ words, licensed, most }: GatherQuery): readonly number[] {
    const { byNameWord, byPeopleWord, nameWords } = this.#columns;
    for (const [i, typed] of words.entries()) {
      const begun = i === words.length - 1;
      const meant = this.#vocabulary.meant({ typed, begun, limit: MOST_MEANT });
      for (const { word, likeness } of meant) {
        const worth = likeness * this.weightOf(word);
        this.#count({ postings: byNameWord, word, worth, mark: i + 1, name: true });
        this.#count({ postings: byPeopleWord, word, worth: worth * PEOPLE_SHARE, mark: i + 1, name: false });
      }
    }
    const best = new Best(most);
    for (let i = 0; i < this.#touches; i++) {
      const row = this.#touched[i]!;
      const whole = (WHOLE_NAME * this.#nameScore[row]!) / Math.max(1, nameWords[row]!);
      const score = this.#score[row]! + whole;
      this.#score[row] = 0;
      this.#nameScore[row] = 0;
      this.#counted[row] = 0;
      if (score > best.least && licensed(row)) best.offer(row, score);
    }
    this.#touches = 0;
    return best.rows();
  }

  #count({ postings, word, worth, mark, name }: Counting): void {
    const from = postings.offsets[word]!;
    const to = Math.min(postings.offsets[word + 1]!, from + MOST_ROWS);
    for (let at = from; at < to; at++) {
      const row = postings.rows[at]!;
      if (this.#counted[row] === mark) continue;
      if (this.#counted[row] === 0) this.#touched[this.#touches++] = row;
      this.#counted[row] = mark;
      this.#score[row]! += worth;
      if (name) this.#nameScore[row]! += worth;
    }
  }
}

interface Counting {
  readonly postings: Postings;
  readonly word: number;
  readonly worth: number;
  readonly mark: number;
  readonly name: boolean;
}

const countOf = ({ offsets }: Postings, word: number) => offsets[word + 1]! - offsets[word]!;

/** The `most` rows of the greatest score: a binary heap whose first is the least. Of equals the lower row stays. */
class Best {
  /** What a score must exceed to come in. */
  least = 0;
  readonly #most: number;
  readonly #heap: { readonly row: number; readonly score: number }[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  offer(row: number, score: number): void {
    const heap = this.#heap;
    if (heap.length < this.#most) {
      heap.push({ row, score });
      for (let i = heap.length - 1; i > 0; ) {
        const parent = (i - 1) >>> 1;
        if (!below(heap[i]!, heap[parent]!)) break;
        [heap[i], heap[parent]] = [heap[parent]!, heap[i]!];
        i = parent;
      }
    } else {
      heap[0] = { row, score };
      this.#sink();
    }
    if (heap.length === this.#most) this.least = heap[0]!.score;
  }

  rows(): number[] {
    return this.#heap.toSorted((a, b) => b.score - a.score || a.row - b.row).map(({ row }) => row);
  }

  #sink(): void {
    const heap = this.#heap;
    for (let i = 0; ; ) {
      const left = 2 * i + 1;
      if (left >= heap.length) return;
      const child = left + 1 < heap.length && below(heap[left + 1]!, heap[left]!) ? left + 1 : left;
      if (!below(heap[child]!, heap[i]!)) return;
      [heap[i], heap[child]] = [heap[child]!, heap[i]!];
      i = child;
    }
  }
}

const below = (a: { row: number; score: number }, b: { row: number; score: number }) =>
  a.score < b.score || (a.score === b.score && a.row > b.row);
