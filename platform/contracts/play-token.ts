import { decodeJwt, errors, jwtVerify, SignJWT } from 'jose';
import { FaultflixError } from '#base/errors.ts';
import { isRegion, type Region } from './region.ts';

/** Who a viewer is between sign-in and sign-out: what the gateway mints and every gateway can read. */
export interface Viewer {
  readonly session: string;
  readonly home: Region;
  readonly device: string;
  /** Absent when it is a device's own session. */
  readonly account?: string;
  /** ISO 3166-1 alpha-2: which licences hold. Empty when it is not known. */
  readonly country: string;
  /** `free` for a device without an account. What it allowed when the session began: for when billing cannot be asked. */
  readonly plan: string;
  readonly maxStreams: number;
  readonly maxHeight: number;
}

/** A device's own session, and what a token without these claims means. */
export const FREE = { plan: 'free', maxStreams: 1, maxHeight: 720, country: '' } as const;
export type NewViewer = Pick<Viewer, 'session' | 'home' | 'device'> & Partial<Viewer>;

const ISSUER = 'faultflix-gateway';
const AUDIENCE = 'play';
export const TOKEN_SECONDS = 12 * 3_600;

export function mintPlayToken({ session, ...claims }: NewViewer, key: Buffer, nowMs: number): Promise<string> {
  const issuedAt = Math.floor(nowMs / 1_000);
  return new SignJWT({ ...FREE, ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(session)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + TOKEN_SECONDS)
    .sign(key);
}

/** The viewer of an `Authorization` header. Throws `unauthenticated`. */
export async function readPlayToken(header: string | undefined, key: Buffer, nowMs: number): Promise<Viewer> {
  const token = bearer(header);
  if (token === undefined) {
    throw new FaultflixError('unauthenticated', 'a play token is needed', {
      where: 'header authorization',
      expected: 'Bearer and the playToken of POST /v1/session',
    });
  }
  try {
    const checks = { algorithms: ['HS256'], issuer: ISSUER, audience: AUDIENCE, currentDate: new Date(nowMs) };
    const { payload } = await jwtVerify(token, key, checks);
    const { sub, home, device, account, country, plan, maxStreams, maxHeight } = payload;
    if (sub === undefined || !isRegion(home) || typeof device !== 'string') throw new Error('claims are missing');
    const viewer = {
      session: sub,
      home,
      device,
      country: textOr(FREE.country, country),
      plan: textOr(FREE.plan, plan),
    };
    return {
      ...viewer,
      maxStreams: numberOr(FREE.maxStreams, maxStreams),
      maxHeight: numberOr(FREE.maxHeight, maxHeight),
      ...(typeof account === 'string' ? { account } : {}),
    };
  } catch (cause) {
    const expired = cause instanceof errors.JWTExpired;
    throw new FaultflixError('unauthenticated', expired ? 'the play token has expired' : 'not a play token of ours', {
      where: 'header authorization',
      todo: 'POST /v1/session',
      cause,
    });
  }
}

const textOr = (absent: string, claim: unknown) => (typeof claim === 'string' ? claim : absent);
const numberOr = (absent: number, claim: unknown) => (typeof claim === 'number' ? claim : absent);

/** What a token says of itself, unchecked: good enough to choose a route, never to let somebody in. */
export function claimedViewer(header: string | undefined): { session?: string; home?: Region } {
  const token = bearer(header);
  if (token === undefined) return {};
  try {
    const { sub, home } = decodeJwt(token);
    return { ...(sub === undefined ? {} : { session: sub }), ...(isRegion(home) ? { home } : {}) };
  } catch {
    return {}; // the gateway says what is wrong with it
  }
}

const bearer = (header: string | undefined) => /^Bearer (\S+)$/i.exec(header ?? '')?.[1];
