import { timingSafeEqual } from 'node:crypto';
import { randomHex } from '#kit/ids.ts';
import { keyedHash } from '../secrets.ts';

export const DEVICE_COOKIE = 'faultflix-device';
const LIFE_MS = 180 * 24 * 3_600_000;

export interface DeviceCookie {
  readonly value: string;
  readonly maxAgeSeconds: number;
}

/** Says that a device has signed in to an account before. It lets nobody in: it only counts apart. */
export function deviceCookie(key: Buffer, mailId: string, nowMs: number): DeviceCookie {
  const body = `${randomHex(8)}.${nowMs + LIFE_MS}`;
  return { value: `${body}.${proof(key, mailId, body)}`, maxAgeSeconds: LIFE_MS / 1_000 };
}

/** The device's id when the cookie is ours, of this account and not over. */
export function knownDevice(
  key: Buffer,
  mailId: string,
  cookie: string | undefined,
  nowMs: number,
): string | undefined {
  const match = /^([0-9a-f]{16})\.(\d{1,15})\.([0-9a-f]{40})$/.exec(cookie ?? '');
  if (!match) return undefined;
  const [, id, untilMs, given] = match;
  const right = timingSafeEqual(Buffer.from(given!), Buffer.from(proof(key, mailId, `${id}.${untilMs}`)));
  return right && Number(untilMs) > nowMs ? id : undefined;
}

const proof = (key: Buffer, mailId: string, body: string) => keyedHash(key, 'device', mailId, body);
