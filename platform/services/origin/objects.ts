import type { Readable } from 'node:stream';
import type { MediaKey } from '#contracts/media-file.ts';

/** A file as it is stored. Immutable while it is being read. */
export interface StoredObject {
  readonly size: number;
  /** SHA-256. */
  readonly digest: Buffer;
  /** Bytes `start` to `end`, both inclusive. */
  stream(range: { readonly start: number; readonly end: number }): Readable;
}

export interface ListedObject {
  readonly name: string;
  readonly size: number;
}

/** The port of the object store of segments. Keys were checked by `contentTypeOf`. Rejects with `unavailable`. */
export interface ObjectStore {
  get(key: MediaKey): Promise<StoredObject | undefined>;
  /** By name; undefined for a media that is not there. */
  list(media: string): Promise<readonly ListedObject[] | undefined>;
}
