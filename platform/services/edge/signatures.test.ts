import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { signedFolder } from '#contracts/signed-path.ts';
import { Signatures } from './signatures.ts';

const key = Buffer.alloc(32, 3);
const forbidden = (error: unknown) => error instanceof FaultflixError && error.code === 'forbidden';

it('a signature that was right opens its own title until it expires, and nothing else', () => {
  const clock = { nowMs: 1_000, now: () => clock.nowMs, sleep: async () => undefined };
  const signatures = new Signatures(key, clock);
  const [, , , signature] = signedFolder({ session: 's', media: 'a', expiresAtMs: 10_000 }, key).split('/');
  for (const _ of ['checked', 'known']) assert.equal(signatures.check(signature!, 'a').session, 's');
  assert.throws(() => signatures.check(signature!, 'b'), forbidden);
  assert.throws(() => signatures.check(`${signature}x`, 'a'), forbidden);
  clock.nowMs = 10_000;
  for (const _ of ['known', 'forgotten']) assert.throws(() => signatures.check(signature!, 'a'), forbidden);
});
