import { FaultflixError } from '#base/errors.ts';
import { digestOf, LARGEST_FILE_BYTES, type MediaKey, sha256 } from '#contracts/media-file.ts';
import type { HttpsResponse } from '#kit/context.ts';

export interface Filled {
  readonly bytes: Buffer;
  /** SHA-256 of the bytes: computed, and the same as the source said. */
  readonly digest: Buffer;
}

export interface FillOptions {
  /** Waits behind whatever a viewer waits for. */
  readonly ahead?: boolean;
}

/** Where an edge fills from. Rejects with `not-found` when there is no such file, else as out (`unavailable`, …). */
export interface FillSource {
  readonly name: 'parent' | 'origin';
  fill(key: MediaKey, options: FillOptions): Promise<Filled>;
}

export const fillPath = ({ media, name }: MediaKey): string => `/v1/o/${media}/${name}`;

/** The content of an answer whose length and digest are what its headers say; a source that errs here is not well. */
export function checkedAnswer({ status, headers, body }: Omit<HttpsResponse, 'endpoint'>, where: string): Filled {
  if (status === 404) throw new FaultflixError('not-found', 'no such file of a title', { where });
  if (status !== 200)
    throw new FaultflixError('unavailable', 'a fill was answered with an error', { where, received: `${status}` });
  const wrong = (expected: string, received: string) =>
    new FaultflixError('unavailable', 'what was filled is not what was sent', { where, expected, received });
  const length = Number(headers['content-length']);
  if (!(length >= 0 && length <= LARGEST_FILE_BYTES)) throw wrong(`0 to ${LARGEST_FILE_BYTES} bytes`, `${length}`);
  if (body.length !== length) throw wrong(`${length} bytes`, `${body.length}`);
  const said = digestOf(headers['repr-digest']);
  if (said === undefined) throw wrong('a repr-digest', 'none');
  const digest = sha256(body);
  if (!digest.equals(said)) throw wrong(`sha-256 ${said.toString('hex')}`, digest.toString('hex'));
  return { bytes: body, digest };
}
