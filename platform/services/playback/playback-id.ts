import { createHmac, timingSafeEqual } from 'node:crypto';

const hmac = (key: Buffer, ...parts: string[]) =>
  createHmac('sha256', key).update(JSON.stringify(parts)).digest().subarray(0, 15);

export interface Start {
  readonly session: string;
  readonly titleId: string;
  readonly idempotencyKey: string;
}

/**
 * `<name>.<proof>`. The name follows from the start alone, so the same start has the same playback on every pod without
 * a word between them; the proof ties it to the session, so any pod can tell a playback that was really started.
 */
export function playbackId({ session, titleId, idempotencyKey }: Start, key: Buffer): string {
  const name = hmac(key, 'playback', session, titleId, idempotencyKey).toString('base64url');
  return `${name}.${proofOf(name, session, key).toString('base64url')}`;
}

export function isPlaybackOf(session: string, id: string, key: Buffer): boolean {
  const [name = '', proof = '', ...rest] = id.split('.');
  const expected = Buffer.from(proofOf(name, session, key).toString('base64url'));
  const given = Buffer.from(proof); // as text: base64 has several spellings of the same bytes
  return rest.length === 0 && given.length === expected.length && timingSafeEqual(given, expected);
}

const proofOf = (name: string, session: string, key: Buffer) => hmac(key, 'proof', session, name);
