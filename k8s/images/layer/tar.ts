import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import type { Entry, FileEntry } from './entry.ts';

/** What the registry protocol calls a descriptor's heart: what the bytes are named by, and how many there are. */
export interface Blob {
  readonly digest: `sha256:${string}`;
  readonly size: number;
}

const EPOCH = new Date(0);
const CHUNK_BYTES = 1 << 20;
/** Files up to this size are read at once. */
const WHOLE_BYTES = 4 << 20;

/**
 * Plain tar, not compressed: bytes of gzip depend on the version of zlib and, in Node's, on the CPU, so they would not
 * reproduce; and a plain layer is imported without a second of unpacking for each (README.md has the figures).
 */
export function tar(entries: readonly Entry[]): Readable {
  const stream = pack();
  // A reader that stops early destroys the stream; what is being written then fails, and that is no error of ours.
  void write(entries, stream).then(
    () => stream.finalize(),
    (error) => stream.destroy(error),
  );
  return Readable.from(stream);
}

type Pack = ReturnType<typeof pack>;
type Header = Parameters<Pack['entry']>[0];

async function write(entries: readonly Entry[], stream: Pack): Promise<void> {
  for (const entry of entries) {
    const header: Header = { name: entry.path, mtime: EPOCH, uid: 0, gid: 0, uname: '', gname: '' };
    switch (entry.type) {
      case 'file':
        await writeFile(stream, { ...header, type: 'file', mode: entry.mode }, entry.content);
        break;
      case 'directory':
        await written((done) =>
          stream.entry({ ...header, name: `${entry.path}/`, type: 'directory', mode: entry.mode }, done),
        );
        break;
      case 'symlink':
        await written((done) =>
          stream.entry({ ...header, type: 'symlink', mode: 0o777, linkname: entry.target }, done),
        );
        break;
    }
  }
}

async function writeFile(stream: Pack, header: Header, content: FileEntry['content']): Promise<void> {
  if (Buffer.isBuffer(content)) return written((done) => stream.entry(header, content, done));
  const { size } = await stat(content.file);
  if (size > WHOLE_BYTES) {
    return pipeline(
      createReadStream(content.file, { highWaterMark: CHUNK_BYTES }),
      stream.entry({ ...header, size }) as unknown as Writable,
    );
  }
  const bytes = readFileSync(content.file); // small, and there are thousands: a promise for each costs more than it
  return written((done) => stream.entry(header, bytes, done));
}

const written = (start: (done: (error?: Error | null) => void) => unknown): Promise<void> =>
  new Promise((resolve, reject) => {
    start((error) => (error ? reject(error) : resolve()));
  });

export interface DigestOptions {
  readonly signal: AbortSignal;
  readonly onBytes?: (count: number) => void;
}

/** Reads a layer once for its name and size. */
export async function digestOf(entries: readonly Entry[], { signal, onBytes }: DigestOptions): Promise<Blob> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of tar(entries) as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    hash.update(chunk);
    size += chunk.length;
    onBytes?.(chunk.length);
  }
  return { digest: `sha256:${hash.digest('hex')}`, size };
}

export function blobOf(content: Buffer): Blob {
  return { digest: `sha256:${createHash('sha256').update(content).digest('hex')}`, size: content.length };
}
