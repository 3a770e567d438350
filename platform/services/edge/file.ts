import { contentTypeOf, etagOf, type MediaKey } from '#contracts/media-file.ts';
import { hashOf } from './cache/sketch.ts';
import type { Filled } from './fill/source.ts';
import { cacheControl } from './freshness.ts';

/** A file of a title as it is served. */
export interface MediaFile extends Filled {
  readonly key: string;
  /** Of the key, for the sketch. */
  readonly hash: number;
  readonly name: string;
  readonly media: string;
  readonly etag: string;
  readonly contentType: string;
  readonly cacheControl: string;
  readonly filledAtMs: number;
}

export function mediaFile({ media, name }: MediaKey, { bytes, digest }: Filled, filledAtMs: number): MediaFile {
  const key = `${media}/${name}`;
  return {
    ...{ key, hash: hashOf(key), media, name, bytes, digest, filledAtMs },
    etag: etagOf(digest),
    contentType: contentTypeOf({ media, name })!,
    cacheControl: cacheControl(name),
  };
}
