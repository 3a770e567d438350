import 'reflect-metadata';
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import * as x509 from '@peculiar/x509';
import { elements, oid, time } from './der.ts';
import { signLeaf } from './sign-leaf.ts';
import { testAuthorities } from './testing/certificates.ts';

const nowMs = Date.parse('2026-11-24T12:00:00Z');
const names = [
  '127.0.0.1',
  '2001:db8::1:0',
  'catalog.us-east-1.faultflix.test',
  'spiffe://us-east-1.faultflix.test/catalog',
];

describe('a leaf', () => {
  it('is what OpenSSL and another library read: names, life, uses, and by whom it is signed', async () => {
    const { issuer, root } = await testAuthorities();
    const leaf = await signLeaf({
      issuerCert: issuer.cert,
      issuerKey: issuer.key,
      commonName: 'catalog',
      names,
      nowMs,
    });
    const read = new X509Certificate(leaf.cert);
    const by = new X509Certificate(issuer.cert);
    assert.ok(read.checkIssued(by) && read.verify(by.publicKey));
    assert.equal(read.verify(new X509Certificate(root.cert).publicKey), false);
    assert.equal(read.ca, false);
    assert.equal(read.subject, 'CN=catalog');
    assert.equal(
      read.subjectAltName,
      'IP Address:127.0.0.1, IP Address:2001:DB8:0:0:0:0:1:0, DNS:catalog.us-east-1.faultflix.test, URI:spiffe://us-east-1.faultflix.test/catalog',
    );
    assert.equal(read.validFromDate.getTime(), nowMs - 300_000);
    assert.equal(read.validToDate.getTime(), nowMs + 24 * 3_600_000);
    const again = new x509.X509Certificate(read.raw);
    assert.deepEqual(
      [...again.getExtension(x509.ExtendedKeyUsageExtension)!.usages],
      [x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth],
    );
    assert.equal(again.getExtension(x509.KeyUsagesExtension)!.usages, x509.KeyUsageFlags.digitalSignature);
    assert.ok(
      await again.verify({ publicKey: new x509.X509Certificate(issuer.cert).publicKey, date: new Date(nowMs) }),
    );
  });
});

describe('DER', () => {
  it('has two forms of time, and many-byte object identifiers', () => {
    assert.equal(time(nowMs).toString('latin1').slice(2), '261124120000Z');
    assert.equal(time(Date.parse('2050-01-01T00:00:00Z')).toString('latin1').slice(2), '20500101000000Z');
    assert.equal(oid('1.2.840.10045.4.3.2').toString('hex'), '06082a8648ce3d040302');
  });
  it('is refused where it ends too early', () => {
    assert.throws(() => elements(Buffer.from('3005aabb', 'hex')), RangeError);
  });
});
