import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { extract } from 'tar-stream';

/** What a tar says of one thing in it. */
export interface TarEntry {
  readonly path: string;
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeMs: number;
  readonly target: string | undefined;
  readonly size: number;
  /** SHA-256 of its bytes. */
  readonly sha256: string;
}

export type WithContent = TarEntry & { readonly content: Buffer };

/** Reads a tar; entries have their bytes when they are wanted. */
export async function readTar(
  source: string | NodeJS.ReadableStream,
  wanted: (path: string) => boolean = () => true,
): Promise<WithContent[]> {
  const entries: WithContent[] = [];
  const parser = extract();
  (typeof source === 'string' ? createReadStream(source, { highWaterMark: 1 << 20 }) : source).pipe(
    parser as unknown as NodeJS.WritableStream,
  );
  for await (const entry of parser) {
    const chunks: Buffer[] = [];
    const hash = createHash('sha256');
    for await (const chunk of entry) {
      hash.update(chunk as Buffer);
      if (wanted(entry.header.name)) chunks.push(chunk as Buffer);
    }
    const sha256 = hash.digest('hex');
    const { name, type, mode, uid, gid, mtime, linkname, size } = entry.header;
    const path = name.replace(/\/$/, '');
    const content = Buffer.concat(chunks);
    entries.push({
      path,
      type,
      mode,
      uid,
      gid,
      mtimeMs: mtime.getTime(),
      target: linkname ?? undefined,
      size,
      sha256,
      content,
    });
  }
  return entries;
}

export interface ReadArchive {
  /** Everything in it that is not a layer, by path. */
  readonly files: ReadonlyMap<string, Buffer>;
  readonly layers: readonly { readonly path: string; readonly bytes: Buffer }[];
  json<T>(path: string): T;
}

/** Reads an image's archive by its own manifest.json, as Docker does. */
export async function readArchive(path: string): Promise<ReadArchive> {
  const files = new Map((await readTar(path)).map((entry) => [entry.path, entry.content]));
  const json = <T>(name: string) => JSON.parse(String(files.get(name))) as T;
  const [image] = json<[{ Layers: string[] }]>('manifest.json');
  const layers = image.Layers.map((name) => ({ path: name, bytes: files.get(name)! }));
  return { files, layers, json };
}
