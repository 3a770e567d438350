import { readFileSync, statSync } from 'node:fs';
import { indexFileOf } from './log-clock.ts';

/** When each byte of a log was written, as far as the index knows. */
export class LogIndex {
  readonly #sizes: number[] = [];
  readonly #times: number[] = [];
  readonly #fallbackMs: number;

  constructor({ bytes, fallbackMs }: { readonly bytes: Buffer; readonly fallbackMs: number }) {
    for (let at = 0; at + 16 <= bytes.length; at += 16) {
      this.#sizes.push(bytes.readDoubleLE(at));
      this.#times.push(bytes.readDoubleLE(at + 8));
    }
    this.#fallbackMs = fallbackMs;
  }

  static read(folder: string, file: string): LogIndex {
    const stat = statSync(file, { throwIfNoEntry: false });
    let bytes: Buffer = Buffer.alloc(0);
    try {
      bytes = readFileSync(indexFileOf(folder));
    } catch {
      // A log that nobody has written to yet has no index.
    }
    return new LogIndex({ bytes, fallbackMs: stat?.mtimeMs ?? Date.now() });
  }

  /** The time at which the byte at `offset` was first seen. */
  timeAt(offset: number): number {
    const at = firstAfter(this.#sizes, offset);
    return this.#times[at] ?? this.#fallbackMs;
  }

  /** The first byte that was seen at `sinceMs` or later. */
  offsetSince(sinceMs: number): number {
    const at = this.#times.findIndex((time) => time >= sinceMs);
    if (at < 0) return this.#fallbackMs >= sinceMs ? (this.#sizes.at(-1) ?? 0) : Number.POSITIVE_INFINITY;
    return at === 0 ? 0 : this.#sizes[at - 1]!;
  }
}

function firstAfter(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
