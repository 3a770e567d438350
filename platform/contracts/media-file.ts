import { createHash } from 'node:crypto';

/** A file of an encoded title: `<media>/<name>` on edges and origins. */
export interface MediaKey {
  readonly media: string;
  readonly name: string;
}

/** No file of a title is larger; the ladder keeps segments under 3 MB. One request fills a whole file. */
export const LARGEST_FILE_BYTES = 16 * 1_048_576;

const contentTypes: Readonly<Record<string, string>> = {
  m3u8: 'application/vnd.apple.mpegurl',
  mpd: 'application/dash+xml',
  m4s: 'video/iso.segment',
  mp4: 'video/mp4',
};

/** undefined for whatever cannot be a file of a title, a path out of its folder among it. */
export function contentTypeOf({ media, name }: MediaKey): string | undefined {
  if (!isMedia(media) || name.length > 100 || !/^[\w-]+\.\w+$/.test(name)) return undefined;
  const extension = name.slice(name.indexOf('.') + 1);
  return Object.hasOwn(contentTypes, extension) ? contentTypes[extension] : undefined;
}

export const isMedia = (media: string): boolean => /^[a-z0-9][a-z0-9-]{0,99}$/.test(media);

/** Segments never change once encoded; manifests of a title may be written again. */
export const isSegment = (name: string): boolean => !name.endsWith('.m3u8') && !name.endsWith('.mpd');

export const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

/** Strong, the same on every edge and origin. */
export const etagOf = (digest: Buffer): string => `"${digest.toString('base64url').slice(0, 22)}"`;

/** `Repr-Digest` of RFC 9530: of the whole file, whatever part of it is in the body. */
export const reprDigest = (digest: Buffer): string => `sha-256=:${digest.toString('base64')}:`;

/** The SHA-256 of a `Repr-Digest` header; undefined when there is none. */
export function digestOf(header: string | string[] | undefined): Buffer | undefined {
  const found = /(?:^|,\s*)sha-256=:([A-Za-z0-9+/]{43}=):/.exec(String(header ?? ''))?.[1];
  return found === undefined ? undefined : Buffer.from(found, 'base64');
}
