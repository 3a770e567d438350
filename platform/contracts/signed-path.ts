import { createHmac, timingSafeEqual } from 'node:crypto';
import { FaultflixError } from '#base/errors.ts';

/**
 * What playback and edges agree on: `/v1/t/<signature>/<media>/<file>`. The signature is `<expiry>.<session>.<mac>`:
 * seconds since the epoch in base 36, the session, and the HMAC-SHA256 (base64url) of both and the media. It opens every
 * file of one title for one session until it expires. Where a plan ends at a height, it is `<expiry>.<session>.<height>.<mac>`.
 */
export interface SignedPath {
  readonly session: string;
  readonly media: string;
  readonly expiresAtMs: number;
  /** Renditions with more lines than this are left out of the manifests; all are there when absent. */
  readonly maxHeightPx?: number;
}

const mac = (key: Buffer, text: string): string => createHmac('sha256', key).update(text).digest('base64url');
const signedText = (expiry: string, session: string, height: string, media: string) =>
  `faultflix path\n${expiry}\n${session}\n${height}\n${media}`;

/** `/v1/t/<signature>/<media>`, to which a file's name is appended. */
export function signedFolder({ session, media, expiresAtMs, maxHeightPx }: SignedPath, key: Buffer): string {
  const expiry = Math.ceil(expiresAtMs / 1_000).toString(36);
  const height = maxHeightPx === undefined ? '' : String(maxHeightPx);
  const proof = mac(key, signedText(expiry, session, height, media));
  return `/v1/t/${[expiry, session, ...(height === '' ? [] : [height]), proof].join('.')}/${media}`;
}

export interface SignatureCheck {
  readonly signature: string;
  readonly media: string;
  readonly nowMs: number;
}

/** Throws `forbidden` unless the signature was made for this media and has not expired. */
export function checkSignature({ signature, media, nowMs }: SignatureCheck, key: Buffer): SignedPath {
  const parts = signature.split('.');
  const [expiry = '', session = ''] = parts;
  const height = parts.length === 4 ? parts[2]! : '';
  const expected = Buffer.from(mac(key, signedText(expiry, session, height, media)));
  const given = Buffer.from(parts.at(-1)!); // as text: base64 has several spellings of the same bytes
  const whole = parts.length === 3 || (parts.length === 4 && height !== '');
  if (!whole || given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new FaultflixError('forbidden', 'the signature does not fit the title', {
      expected: 'the path that /v1/play gave',
      todo: 'start the title again',
    });
  }
  const expiresAtMs = Number.parseInt(expiry, 36) * 1_000;
  if (nowMs >= expiresAtMs) {
    throw new FaultflixError('forbidden', 'the signature has expired', {
      received: new Date(expiresAtMs).toISOString(),
      todo: 'start the title again',
    });
  }
  return { session, media, expiresAtMs, ...(height === '' ? {} : { maxHeightPx: Number(height) }) };
}
