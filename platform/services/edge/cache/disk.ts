import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#base/clock.ts';
import { contentTypeOf, sha256 } from '#contracts/media-file.ts';
import type { Popularity } from './memory.ts';

export interface DiskOptions {
  /** Made when it is not there. What an earlier life of the process left there is used again. */
  readonly folder: string;
  /** Of files' contents. Less than the volume has, which counts blocks and names too. */
  readonly maxBytes: number;
  readonly popularity: Popularity;
  readonly clock: Clock;
  readonly onEvict?: (bytes: number) => void;
  /** `full`: ENOSPC or a quota; `failed`: whatever else; `corrupt`: what is read is not what was written. */
  readonly onTrouble?: (what: 'full' | 'failed' | 'corrupt', cause: unknown) => void;
}

export interface DiskFile {
  readonly bytes: Buffer;
  readonly digest: Buffer;
  /** When it was filled. */
  readonly filledAtMs: number;
}

/** A disk that is ill is left alone for so long; the edge then has its memory, and fills again. */
const REST_MS = 10_000;
/** Writes that wait: what the disk does not keep up with is not kept. */
const MOST_WRITES = 8;
const PARTIAL = '.partial';
const DIGEST_BYTES = 32;

/**
 * Files on disk, the digest before the content, checked at each read: what the disk has spoiled is dropped, never served.
 * A file appears whole or not at all. Admission and eviction as in memory. Keys are `<media>/<name>` of `contentTypeOf`.
 */
export class DiskCache {
  readonly #options: DiskOptions;
  /** Bytes by key, the least recently used first. */
  readonly #sizes = new Map<string, number>();
  readonly #writing = new Set<string>();
  #bytes = 0;
  #restUntilMs = 0;

  constructor(options: DiskOptions) {
    this.#options = options;
    this.#trying(() => {
      mkdirSync(options.folder, { recursive: true });
      const found = readdirSync(options.folder).flatMap((file) => {
        const key = keyOf(file);
        const { size, mtimeMs } = statSync(join(options.folder, file));
        return key === undefined || size < DIGEST_BYTES ? [] : [{ key, bytes: size - DIGEST_BYTES, mtimeMs }];
      });
      for (const { key, bytes } of found.sort((a, b) => a.mtimeMs - b.mtimeMs)) this.#keep(key, bytes);
    });
  }

  get bytes(): number {
    return this.#bytes;
  }

  get files(): number {
    return this.#sizes.size;
  }

  has(key: string): boolean {
    return this.#sizes.has(key);
  }

  async get(key: string): Promise<DiskFile | undefined> {
    const size = this.#sizes.get(key);
    if (size === undefined) return undefined;
    this.#sizes.delete(key);
    this.#sizes.set(key, size);
    const path = this.#path(key);
    try {
      const handle = await open(path);
      try {
        const [all, { mtimeMs }] = [await handle.readFile(), await handle.stat()];
        const [digest, bytes] = [all.subarray(0, DIGEST_BYTES), all.subarray(DIGEST_BYTES)];
        if (sha256(bytes).equals(digest)) return { bytes, digest, filledAtMs: mtimeMs };
      } finally {
        await handle.close();
      }
      this.#options.onTrouble?.('corrupt', new Error(`${path} is not what was written`));
    } catch (cause) {
      this.#options.onTrouble?.('failed', cause);
    }
    await this.delete(key);
    return undefined;
  }

  /** Whether it is kept now. Never rejects: an edge whose disk is full still serves. */
  async put(key: string, { bytes, digest }: Pick<DiskFile, 'bytes' | 'digest'>): Promise<boolean> {
    if (this.#options.clock.now() < this.#restUntilMs) return false;
    if (this.#writing.has(key) || this.#writing.size >= MOST_WRITES) return false;
    this.#writing.add(key);
    try {
      if (!(await this.#makeRoom(key, bytes.length))) return false;
      const path = this.#path(key);
      const handle = await open(path + PARTIAL, 'w', 0o600);
      try {
        // It may end early when the disk is nearly full, and says so by its length alone.
        const { bytesWritten } = await handle.writev([digest, bytes]);
        if (bytesWritten !== DIGEST_BYTES + bytes.length) throw full();
      } finally {
        await handle.close();
      }
      await rename(path + PARTIAL, path);
      this.#keep(key, bytes.length);
      return true;
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      const isFull = code === 'ENOSPC' || code === 'EDQUOT';
      this.#restUntilMs = this.#options.clock.now() + REST_MS;
      await rm(this.#path(key) + PARTIAL, { force: true }).catch(() => undefined); // it is counted as trouble already
      this.#options.onTrouble?.(isFull ? 'full' : 'failed', cause);
      return false;
    } finally {
      this.#writing.delete(key);
    }
  }

  async delete(key: string): Promise<void> {
    const size = this.#sizes.get(key);
    if (size === undefined) return;
    this.#sizes.delete(key);
    this.#bytes -= size;
    await rm(this.#path(key), { force: true }).catch((cause) => this.#options.onTrouble?.('failed', cause));
  }

  async #makeRoom(key: string, bytes: number): Promise<boolean> {
    const { maxBytes, popularity, onEvict } = this.#options;
    const known = this.#sizes.get(key) ?? 0;
    let over = this.#bytes - known + bytes - maxBytes;
    const victims: string[] = [];
    for (const [victim, size] of this.#sizes) {
      if (over <= 0) break;
      if (victim === key) continue;
      if (known === 0 && popularity(victim) >= popularity(key)) return false;
      victims.push(victim);
      over -= size;
    }
    if (over > 0) return false;
    for (const victim of victims) {
      onEvict?.(this.#sizes.get(victim) ?? 0);
      await this.delete(victim);
    }
    return true;
  }

  #keep(key: string, bytes: number): void {
    this.#bytes += bytes - (this.#sizes.get(key) ?? 0);
    this.#sizes.delete(key);
    this.#sizes.set(key, bytes);
  }

  #trying(work: () => void): void {
    try {
      work();
    } catch (cause) {
      this.#options.onTrouble?.('failed', cause);
    }
  }

  #path = (key: string) => join(this.#options.folder, key.replace('/', '~'));
}

function keyOf(file: string): string | undefined {
  const [media = '', name = '', ...rest] = file.split('~');
  return rest.length === 0 && contentTypeOf({ media, name }) !== undefined ? `${media}/${name}` : undefined;
}

const full = () => Object.assign(new Error('only a part could be written'), { code: 'ENOSPC' });
