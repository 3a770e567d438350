import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { FaultflixError } from '#base/errors.ts';
import { ByteLru } from './lru.ts';
import type { ByteRange } from '#kit/http/range.ts';

/** A file of a title. Titles never change once encoded, so what is read once stays right. */
export interface MediaFile {
  readonly size: number;
  readonly etag: string;
  readonly contentType: string;
  readonly cacheControl: string;
  /** The bytes when the file is small enough for memory. */
  readonly bytes: Buffer | undefined;
  /** A part (or all) as a stream, for a file that is not in memory. */
  stream(range: ByteRange): Readable;
}

export interface MediaOptions {
  /** The folder of all titles. */
  readonly root: string;
  /** Memory for hot files. */
  readonly cacheBytes: number;
  /** Larger files are streamed from disk each time. */
  readonly largestCachedBytes: number;
}

const segment = { cacheControl: 'private, max-age=31536000, immutable' };
const types: Readonly<Record<string, { contentType: string; cacheControl: string }>> = {
  '.m3u8': { contentType: 'application/vnd.apple.mpegurl', cacheControl: 'private, max-age=60' },
  '.mpd': { contentType: 'application/dash+xml', cacheControl: 'private, max-age=60' },
  '.m4s': { contentType: 'video/iso.segment', ...segment },
  '.mp4': { contentType: 'video/mp4', ...segment },
};

export class Media {
  readonly #options: MediaOptions;
  readonly #hot: ByteLru<MediaFile>;
  readonly #loading = new Map<string, Promise<MediaFile>>();

  constructor(options: MediaOptions) {
    this.#options = options;
    this.#hot = new ByteLru(options.cacheBytes);
  }

  /** The file when it is in memory: the hot path, without a promise. */
  hot(media: string, name: string): MediaFile | undefined {
    return this.#hot.get(`${media}/${name}`);
  }

  /** Throws `not-found`. Callers who ask for the same file at once share one read. */
  async file(media: string, name: string): Promise<MediaFile> {
    const key = `${media}/${name}`;
    const known = this.#hot.get(key) ?? this.#loading.get(key);
    if (known) return known;
    const loading = this.#load(media, name).finally(() => this.#loading.delete(key));
    this.#loading.set(key, loading);
    const file = await loading;
    if (file.bytes) this.#hot.set(key, file, file.size);
    return file;
  }

  async #load(media: string, name: string): Promise<MediaFile> {
    const type = types[extname(name)];
    const missing = new FaultflixError('not-found', 'no such file of a title', { received: `${media}/${name}` });
    if (!type || !/^[a-z0-9][a-z0-9-]*$/.test(media) || !/^[\w-]+\.\w+$/.test(name)) throw missing;
    const path = join(this.#options.root, media, name);
    const handle = await open(path).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') throw missing;
      throw new FaultflixError('internal', 'a file of a title cannot be read', { received: `${media}/${name}`, cause });
    });
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw missing;
      const small = stat.size <= this.#options.largestCachedBytes;
      const bytes = small ? await readFile(handle) : undefined;
      const etag = bytes
        ? `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
        : `W/"${stat.size.toString(36)}-${Math.floor(stat.mtimeMs).toString(36)}"`;
      return {
        ...type,
        size: bytes?.length ?? stat.size,
        etag,
        bytes,
        stream: (range) => createReadStream(path, range),
      };
    } finally {
      await handle.close();
    }
  }
}
