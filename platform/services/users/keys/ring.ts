import { generateKeyPair, hash } from 'node:crypto';
import { promisify } from 'node:util';

const HOUR_MS = 3_600_000;

export interface EcJwk {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y: string;
  readonly d: string;
}

export interface SigningKey {
  readonly kid: string;
  /** Signs from then on, until the next one does. */
  readonly signsFromMs: number;
  readonly jwk: EcJwk;
}

/** In the order of their signing. */
export interface Ring {
  readonly keys: readonly SigningKey[];
}

export interface RingTimes {
  /** How long a key signs. */
  readonly periodMs: number;
  /** How long at least a key is published before it signs: longer than anyone keeps keys without asking again. */
  readonly aheadMs: number;
  /** How long it is published after: longer than what it signed lives (ID tokens 1 h, access tokens 10 min), and skew. */
  readonly keptMs: number;
}

export const ringTimes: RingTimes = { periodMs: 7 * 24 * HOUR_MS, aheadMs: HOUR_MS, keptMs: 2 * HOUR_MS };

/** The one that signs now: the newest whose time has come. */
export function signingKey({ keys }: Ring, nowMs: number): SigningKey | undefined {
  return keys.findLast(({ signsFromMs }) => signsFromMs <= nowMs) ?? keys[0];
}

export type KeyMaker = (signsFromMs: number) => Promise<SigningKey>;

/** The ring as it should be now; the same object when it is so already. There is always a next key, published. */
export async function turned(ring: Ring, nowMs: number, make: KeyMaker, times = ringTimes): Promise<Ring> {
  const first = ring.keys.length === 0 ? await make(nowMs) : undefined;
  const known = first ? [first] : ring.keys;
  const signing = signingKey({ keys: known }, nowMs)!;
  const at = known.indexOf(signing);
  const next = known[at + 1] ?? (await make(Math.max(signing.signsFromMs + times.periodMs, nowMs + times.aheadMs)));
  const old = known.slice(0, at).filter((_key, i) => nowMs - known[i + 1]!.signsFromMs < times.keptMs);
  const keys = [...old, signing, next, ...known.slice(at + 2)];
  return keys.length === ring.keys.length && keys.every((key, i) => key === ring.keys[i]) ? ring : { keys };
}

/** All keys, the signing one first, which is the one that oidc-provider takes. */
export function signingOrder(ring: Ring, nowMs: number): readonly SigningKey[] {
  const signing = signingKey(ring, nowMs);
  return signing === undefined ? [] : [signing, ...ring.keys.filter((key) => key !== signing)];
}

/** As a JWK Set in JSON, without what is private. */
export function publicKeys(ring: Ring): string {
  const keys = ring.keys.map(({ kid, jwk: { kty, crv, x, y } }) => ({ kty, crv, x, y, kid, use: 'sig', alg: 'ES256' }));
  return JSON.stringify({ keys });
}

const generate = promisify(generateKeyPair);

/** An ES256 key; its `kid` is its thumbprint (RFC 7638). */
export const makeKey: KeyMaker = async (signsFromMs) => {
  const { privateKey } = await generate('ec', { namedCurve: 'P-256' });
  const { x, y, d } = privateKey.export({ format: 'jwk' });
  const jwk = { kty: 'EC', crv: 'P-256', x: x!, y: y!, d: d! };
  const kid = hash('sha256', JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }), 'base64url');
  return { kid, signsFromMs, jwk };
};
