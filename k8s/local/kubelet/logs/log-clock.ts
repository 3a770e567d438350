import { appendFileSync, type FSWatcher, statSync, watch } from 'node:fs';
import { join } from 'node:path';

/** While a container writes, its log is looked at this often; while it is silent, the kernel says when it writes again. */
const BUSY_MS = 50;

export const indexFileOf = (folder: string): string => join(folder, 'index');

/**
 * Notes when a container wrote what. The container writes its log straight to the file, so that it does not depend on
 * the kubelet; this watches the file grow and appends `(size, epoch ms)` pairs of doubles to an index beside it.
 */
export class LogClock {
  readonly #file: string;
  readonly #index: string;
  readonly #listeners = new Set<() => void>();
  #size: number;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor({ file, folder }: { readonly file: string; readonly folder: string }) {
    this.#file = file;
    this.#index = indexFileOf(folder);
    this.#size = 0;
    this.#look();
  }

  /** Calls back each time the log has grown. Returns how to stop that. */
  onGrowth(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The container has ended: notes the rest. */
  close(): void {
    if (this.#closed) return;
    this.#note();
    this.#closed = true;
    this.#watcher?.close();
    clearTimeout(this.#timer);
    for (const listener of [...this.#listeners]) listener();
  }

  #look(): void {
    if (this.#closed) return;
    if (this.#note()) {
      this.#timer = setTimeout(() => this.#look(), BUSY_MS);
      return;
    }
    try {
      this.#watcher = watch(this.#file, () => this.#wake());
      this.#watcher.on('error', () => this.#wake());
    } catch {
      this.#timer = setTimeout(() => this.#look(), BUSY_MS * 10);
      return;
    }
    // What was written between the look and the watch.
    if (sizeOf(this.#file) > this.#size) this.#wake();
  }

  #wake(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    clearTimeout(this.#timer);
    this.#note();
    if (!this.#closed) this.#timer = setTimeout(() => this.#look(), BUSY_MS);
  }

  #note(): boolean {
    const size = sizeOf(this.#file);
    if (size <= this.#size) return false;
    this.#size = size;
    const entry = Buffer.alloc(16);
    entry.writeDoubleLE(size, 0);
    entry.writeDoubleLE(Date.now(), 8);
    try {
      appendFileSync(this.#index, entry, { mode: 0o600 });
    } catch {
      return false; // the pod's folder has just been removed
    }
    for (const listener of [...this.#listeners]) listener();
    return true;
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
