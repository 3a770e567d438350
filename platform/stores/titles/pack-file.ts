/** Titles in a file of their own format: only the columns are in memory, so a million titles fit in a small pod. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { zstdDecompressSync } from 'node:zlib';
import { FaultflixError } from '#base/errors.ts';
import type { StoredTitle, TitleStore } from '../titles.ts';
import { PackBuilder } from './pack/builder.ts';
import { columnsOf, type Directory, MAGIC, partsOf, type Section, TRAILER_BYTES } from './pack/file-format.ts';
import { packedTitles } from './pack/store.ts';

const WRITE_BYTES = 1 << 20;

export interface PackWriter {
  /** In order of rank. Throws `bad-input` for a rank that does not follow. */
  add(title: StoredTitle): void;
  /** Makes the file whole under its name; resolves to its bytes. Throws `bad-input` when two titles have one id. */
  finish(): number;
  /** Leaves nothing behind. */
  abandon(): void;
}

/** Writes beside `path` and renames at the end, so that a file of this name is always whole. */
export function writePack(path: string): PackWriter {
  const part = `${path}.part-${process.pid}`;
  const file = openFor(part);
  let buffered: Uint8Array[] = [];
  let bufferedBytes = 0;
  let written = 0;
  const flush = () => {
    let bytes: Uint8Array = Buffer.concat(buffered);
    while (bytes.length > 0) bytes = bytes.subarray(writeSync(file, bytes));
    buffered = [];
    bufferedBytes = 0;
  };
  const put = (bytes: Uint8Array) => {
    buffered.push(bytes);
    bufferedBytes += bytes.length;
    written += bytes.length;
    if (bufferedBytes >= WRITE_BYTES) flush();
  };
  const builder = new PackBuilder({ sink: put, where: path });
  let titles = 0;
  return {
    add(title) {
      builder.add(title);
      titles++;
    },
    finish() {
      const sections: Section[] = [];
      for (const { name, kind, content } of partsOf(builder.finish())) {
        put(new Uint8Array((8 - (written % 8)) % 8));
        sections.push({ name, kind, start: written, bytes: content.length });
        put(content);
      }
      const directory = Buffer.from(JSON.stringify({ titles, sections } satisfies Directory));
      const trailer = Buffer.alloc(TRAILER_BYTES);
      trailer.writeDoubleLE(directory.length, 0);
      trailer.write(MAGIC, 8, 'latin1');
      put(directory);
      put(trailer);
      flush();
      fsyncSync(file);
      closeSync(file);
      renameSync(part, path);
      return written;
    },
    abandon() {
      closeSync(file);
      rmSync(part, { force: true });
    },
  };
}

function openFor(path: string): number {
  try {
    return openSync(path, 'wx');
  } catch (cause) {
    throw new FaultflixError('could-not-run', 'the file cannot be written', { where: path, cause });
  }
}

/** Throws `could-not-run` when the file cannot be read, `bad-input` when it is no whole pack. */
export async function packFileTitles(path: string): Promise<TitleStore> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { size } = await file.stat();
    const handle = file;
    return await openPack({
      size,
      path,
      span: (start, length) => span(handle, start, length),
      close: () => handle.close(),
    });
  } catch (cause) {
    await file?.close();
    if (cause instanceof FaultflixError) throw cause;
    throw new FaultflixError('could-not-run', 'the titles cannot be read', { where: path, cause });
  }
}

/** A small pack, compressed (zstd), of which all is kept in memory. Throws as `packFileTitles`. */
export async function smallPackTitles(path: string): Promise<TitleStore> {
  let pack: Buffer;
  try {
    pack = zstdDecompressSync(await readFile(path));
  } catch (cause) {
    throw new FaultflixError('could-not-run', 'the titles cannot be read', { where: path, cause });
  }
  return openPack({
    size: pack.length,
    path,
    span: async (start, length) =>
      pack.buffer.slice(pack.byteOffset + start, pack.byteOffset + start + length) as ArrayBuffer,
    view: (start, end) => pack.subarray(start, end),
    close: async () => undefined,
  });
}

interface PackSource {
  readonly size: number;
  readonly path: string;
  /** A copy. Rejects when there is less. */
  readonly span: (start: number, length: number) => Promise<ArrayBuffer>;
  /** The bytes themselves, where they are in memory. */
  readonly view?: (start: number, end: number) => Buffer;
  readonly close: () => Promise<void>;
}

async function openPack({ size, path, span, view, close }: PackSource): Promise<TitleStore> {
  const refuse = (received: string, cause?: unknown) =>
    new FaultflixError('bad-input', 'not a whole file of titles', {
      where: path,
      expected: 'a file of `npm run seed -- --titles N --out FILE`',
      received,
      cause,
    });
  if (size < TRAILER_BYTES) throw refuse(`${size} bytes`);
  const trailer = Buffer.from(await span(size - TRAILER_BYTES, TRAILER_BYTES));
  if (trailer.toString('latin1', 8) !== MAGIC) throw refuse('another end');
  const directoryBytes = trailer.readDoubleLE(0);
  if (!(directoryBytes > 0 && directoryBytes <= size - TRAILER_BYTES)) throw refuse('another directory');
  try {
    const json = Buffer.from(await span(size - TRAILER_BYTES - directoryBytes, directoryBytes)).toString('utf8');
    const columns = await columnsOf(JSON.parse(json) as Directory, ({ start, bytes }) => span(start, bytes));
    const read = view ?? (async (start: number, end: number) => Buffer.from(await span(start, end - start)));
    return packedTitles(columns, { read, close });
  } catch (cause) {
    throw refuse('another directory', cause);
  }
}

/** Rejects when the file ends before. */
async function span(file: FileHandle, start: number, length: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, length - done, start + done);
    if (bytesRead === 0) throw new Error(`the file ends at ${start + done}`);
    done += bytesRead;
  }
  return bytes.buffer;
}
