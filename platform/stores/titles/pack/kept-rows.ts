import type { ListedTitle } from '../../titles.ts';

const MOST = 1_024;

/** The titles that were read last, so that the first pages, which everybody asks for, are not parsed for each viewer. */
export class KeptRows {
  readonly #titles = new Map<number, ListedTitle>();

  has(row: number): boolean {
    return this.#titles.has(row);
  }

  get(row: number): ListedTitle | undefined {
    return this.#titles.get(row);
  }

  /** The oldest goes: a Map keeps the order of insertion. */
  keep(row: number, title: ListedTitle): void {
    if (this.#titles.size >= MOST) this.#titles.delete(this.#titles.keys().next().value!);
    this.#titles.set(row, title);
  }
}
