import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { checkSignature, signedFolder } from './signed-path.ts';

const key = Buffer.alloc(32, 7);
const signed = { session: 'e0a1-55', media: 'big-buck-bunny', expiresAtMs: 1_800_000_000_000 };
const nowMs = signed.expiresAtMs - 1_000;
const signatureOf = (path: string) => path.split('/')[3]!;
const forbidden = (error: unknown) => error instanceof FaultflixError && error.code === 'forbidden';

describe('signed paths', () => {
  const path = signedFolder(signed, key);
  const signature = signatureOf(path);

  it('come back as they were signed', () => {
    assert.equal(path, `/v1/t/${signature}/big-buck-bunny`);
    assert.deepEqual(checkSignature({ signature, media: signed.media, nowMs }, key), signed);
    assert.match(path, /^[\w./-]+$/, 'needs no escaping');
  });

  it('carry the height of a plan, which cannot be changed or left out', () => {
    const capped = { ...signed, maxHeightPx: 720 };
    const signature = signatureOf(signedFolder(capped, key));
    assert.deepEqual(checkSignature({ signature, media: signed.media, nowMs }, key), capped);
    const [expiry, session, , proof] = signature.split('.');
    for (const text of [
      [expiry, session, '1080', proof],
      [expiry, session, '', proof],
      [expiry, session, proof],
    ])
      assert.throws(
        () => checkSignature({ signature: text.join('.'), media: signed.media, nowMs }, key),
        forbidden,
        text.join('.'),
      );
  });

  it('expire', () => {
    assert.throws(() => checkSignature({ signature, media: signed.media, nowMs: signed.expiresAtMs }, key), forbidden);
  });

  it('open nothing else', () => {
    const [expiry, session, proof] = signature.split('.');
    const bad: ReadonlyArray<[string, string, Buffer]> = [
      [signature, 'another-title', key],
      [`${expiry}.another-session.${proof}`, signed.media, key],
      [`zzzzzzz.${session}.${proof}`, signed.media, key],
      [`${expiry}.${session}.${proof}.more`, signed.media, key],
      [`${expiry}.${session}.${proof!.slice(0, -3)}`, signed.media, key],
      [`${expiry}.${session}.`, signed.media, key],
      [`${signature}A`, signed.media, key],
      ['', signed.media, key],
      [signature, signed.media, Buffer.alloc(32, 8)],
    ];
    for (const [text, media, with_] of bad)
      assert.throws(() => checkSignature({ signature: text, media, nowMs }, with_), forbidden, `${text} ${media}`);
  });
});
