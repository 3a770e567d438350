import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { FaultflixError } from '#base/errors.ts';
import { contentTypeOf, type MediaKey } from '#contracts/media-file.ts';
import type { ObjectStore, StoredObject } from '../objects.ts';

/** Digests remembered: 100 bytes each. */
const MOST_DIGESTS = 50_000;

/** Folders of encoded titles, as `npm run encode` writes them. A file that was exchanged is noticed by its times. */
export class FileObjects implements ObjectStore {
  readonly #root: string;
  readonly #digests = new Map<string, { readonly version: string; readonly digest: Buffer }>();

  constructor(root: string) {
    this.#root = root;
  }

  async get(key: MediaKey): Promise<StoredObject | undefined> {
    const path = join(this.#root, key.media, key.name);
    const found = await ifThere(path, () => stat(path));
    if (!found?.isFile()) return undefined;
    const digest = await this.#digest(path, found);
    return { size: found.size, digest, stream: (range) => createReadStream(path, range) };
  }

  async list(media: string) {
    const folder = join(this.#root, media);
    const names = await ifThere(folder, () => readdir(folder));
    if (names === undefined) return undefined;
    const objects = names
      .filter((name) => contentTypeOf({ media, name }) !== undefined)
      .sort()
      .map(async (name) => ({ name, size: (await stat(join(folder, name))).size }));
    return Promise.all(objects);
  }

  async #digest(path: string, { size, mtimeMs, ino }: Stats): Promise<Buffer> {
    const version = `${size} ${mtimeMs} ${ino}`;
    const known = this.#digests.get(path);
    if (known?.version === version) return known.digest;
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    const digest = hash.digest();
    this.#digests.set(path, { version, digest });
    if (this.#digests.size > MOST_DIGESTS) this.#digests.delete(this.#digests.keys().next().value!);
    return digest;
  }
}

async function ifThere<T>(where: string, read: () => Promise<T>): Promise<T | undefined> {
  return read().catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
    throw new FaultflixError('unavailable', 'an object cannot be read', { where, cause });
  });
}
