import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { FaultflixError } from '#base/errors.ts';
import type { Entry } from '../layer/entry.ts';
import { type Blob, tar } from '../layer/tar.ts';
import { blobPath } from './manifest.ts';

export interface ArchiveOptions {
  readonly path: string;
  readonly files: ReadonlyMap<string, Buffer>;
  readonly layers: readonly (Blob & { readonly entries: readonly Entry[] })[];
  readonly signal: AbortSignal;
  readonly onBytes?: (count: number) => void;
}

/** Writes an image's archive. Rejects with `conflict` when a file changed since its layer was named. */
export async function writeArchive({ path, files, layers, signal, onBytes }: ArchiveOptions): Promise<void> {
  const archive = pack();
  const fill = async () => {
    const header = { mtime: new Date(0), mode: 0o644, uid: 0, gid: 0, type: 'file' } as const;
    for (const [name, content] of files) archive.entry({ ...header, name }, content);
    const seen = new Set<string>();
    for (const layer of layers) {
      if (seen.has(layer.digest)) continue;
      seen.add(layer.digest);
      const sink = archive.entry({ ...header, name: blobPath(layer), size: layer.size });
      await pipeline(tar(layer.entries), checked(layer, onBytes), sink, { signal });
    }
    archive.finalize();
  };
  const filled = fill().catch((error: Error) => {
    archive.destroy(error);
    throw error;
  });
  const stored = pipeline(archive, createWriteStream(path, { mode: 0o644 }), { signal });
  const results = await Promise.allSettled([filled, stored]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

function checked({ digest, size }: Blob, onBytes?: (count: number) => void): Transform {
  const hash = createHash('sha256');
  let count = 0;
  return new Transform({
    highWaterMark: 1 << 20,
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      count += chunk.length;
      onBytes?.(chunk.length);
      if (count > size) done(changed());
      else done(null, chunk);
    },
    flush: (done) => done(`sha256:${hash.digest('hex')}` === digest ? null : changed()),
  });
}

const changed = () =>
  new FaultflixError('conflict', 'a file changed while it was put into an image', { todo: 'build again' });
