import { readdirSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { FaultflixError } from '#base/errors.ts';
import { readTitles } from '#platform/stores/titles/file.ts';
import { writePack } from '#platform/stores/titles/pack-file.ts';
import { inventTitles } from './catalogue.ts';

export const defaults = { titles: 5_000, seed: 'faultflix', path: join(import.meta.dirname, '../titles.pack.zst') };

const AUTHORED = join(import.meta.dirname, '../titles.json');
const MEDIA = join(import.meta.dirname, '../../../media/titles');
/** Titles between two looks at the signal. */
const BATCH = 2_000;
/** All of a compressed file is in the memory of whoever opens it. */
export const MOST_COMPRESSED = 100_000;

export interface WriteOptions {
  readonly titles: number;
  readonly seed: string;
  /** `….pack`, or `….pack.zst` for at most `MOST_COMPRESSED`. */
  readonly path: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number) => void;
}

/**
 * Writes an invented catalogue; resolves to the bytes of the file. The file is there whole or as it was before: when the
 * signal aborts (rejects with `aborted`) nothing of it is left.
 */
export async function writeCatalogue(options: WriteOptions): Promise<number> {
  const { titles, seed, path, signal, onProgress } = options;
  const compressed = path.endsWith('.zst');
  const pack = compressed ? path.slice(0, -'.zst'.length) : path;
  const media = mediaFolders();
  const writer = writePack(compressed ? `${pack}.plain` : pack);
  try {
    let done = 0;
    for (const title of inventTitles({ seed, titles, media, authored: await readTitles(AUTHORED) })) {
      writer.add(title);
      if (++done % BATCH !== 0) continue;
      onProgress?.(done);
      await new Promise(setImmediate);
      if (signal?.aborted) throw new FaultflixError('aborted', 'stopped', { received: `${done} of ${titles} titles` });
    }
  } catch (error) {
    writer.abandon();
    throw error;
  }
  const bytes = writer.finish();
  return compressed ? compress(`${pack}.plain`, path) : bytes;
}

export function mediaFolders(): [string, ...string[]] {
  const [first, ...others] = readdirSync(MEDIA, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  if (first === undefined) throw new FaultflixError('could-not-run', 'there is no encoded media', { where: MEDIA });
  return [first, ...others];
}

async function compress(from: string, to: string): Promise<number> {
  try {
    const plain = await readFile(from);
    const bytes = zstdCompressSync(plain, { params: { [constants.ZSTD_c_compressionLevel]: 19 } });
    await writeFile(`${to}.part-${process.pid}`, bytes);
    await rename(`${to}.part-${process.pid}`, to);
    return bytes.length;
  } finally {
    await rm(from, { force: true });
  }
}
