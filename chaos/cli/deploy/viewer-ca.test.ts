import assert from 'node:assert/strict';
import { X509Certificate as NodeCertificate, webcrypto } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { connect, createServer } from 'node:tls';
import 'reflect-metadata';
import {
  type JsonGeneralName,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { systemClock } from '#base/clock.ts';
import { makeAuthority, type ViewerCa } from './viewer-ca.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const makeCa = async () => (await makeAuthority({ clock: systemClock, places: ['us-east-1'] })).places['us-east-1'];
const ca = await makeCa();

/** A leaf of the intermediate, as a service makes one. */
async function leafFor(authority: ViewerCa, names: JsonGeneralName[]): Promise<{ cert: string; key: string }> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const issuer = new X509Certificate(authority['issuer.crt']);
  const [der] = PemConverter.decode(authority['issuer.key']);
  const leaf = await X509CertificateGenerator.create({
    subject: 'CN=leaf',
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey: await webcrypto.subtle.importKey('pkcs8', der!, algorithm, false, ['sign']),
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    extensions: [new SubjectAlternativeNameExtension(names)],
  });
  const key = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { cert: `${leaf.toString('pem')}\n${authority['issuer.crt']}`, key };
}

/** Whether a viewer that trusts only the root takes the leaf; the reason when it does not. */
async function handshake(leaf: { cert: string; key: string }, root: string, servername?: string): Promise<string> {
  const server = createServer(leaf, (socket) => socket.end());
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect({ host: '127.0.0.1', port, ca: root, ...(servername ? { servername } : {}) });
  try {
    await once(client, 'secureConnect');
    return 'trusted';
  } catch (thrown) {
    return String(thrown);
  } finally {
    client.destroy();
    server.close();
  }
}

describe("the viewers' authority", () => {
  it('lets services speak for addresses and for names of the platform', async () => {
    assert.equal(await handshake(await leafFor(ca, [{ type: 'ip', value: '127.0.0.1' }]), ca['ca.crt']), 'trusted');
    const named = await leafFor(ca, [{ type: 'dns', value: 'gateway.us-east-1.faultflix.test' }]);
    assert.equal(await handshake(named, ca['ca.crt'], 'gateway.us-east-1.faultflix.test'), 'trusted');
  });

  it('lets them speak for no other name', async () => {
    const foreign = await leafFor(ca, [{ type: 'dns', value: 'bank.example' }]);
    assert.match(await handshake(foreign, ca['ca.crt'], 'bank.example'), /permitted subtree violation/);
    const elsewhere = await leafFor(ca, [{ type: 'dns', value: 'gateway.us-west-2.faultflix.test' }]);
    assert.match(
      await handshake(elsewhere, ca['ca.crt'], 'gateway.us-west-2.faultflix.test'),
      /permitted subtree violation/,
    );
  });

  it('lets them be services of their own place, and of no other', async () => {
    const address = { type: 'ip', value: '127.0.0.1' } as const;
    const leafOf = (uri: string) => leafFor(ca, [address, { type: 'url', value: uri }]);
    assert.equal(await handshake(await leafOf('spiffe://us-east-1.faultflix.test/a'), ca['ca.crt']), 'trusted');
    for (const uri of [
      'spiffe://us-west-2.faultflix.test/a',
      'spiffe://x.us-east-1.faultflix.test/a',
      'spiffe://chaos.faultflix.test/a',
    ])
      assert.match(await handshake(await leafOf(uri), ca['ca.crt']), /permitted subtree violation/, uri);
  });

  it('is not trusted through another root', async () => {
    const other = await makeCa();
    const leaf = await leafFor(ca, [{ type: 'ip', value: '127.0.0.1' }]);
    assert.notEqual(await handshake(leaf, other['ca.crt']), 'trusted');
  });

  it('is a root and an intermediate that may sign leaves alone', () => {
    const [root, issuer] = [new NodeCertificate(ca['ca.crt']), new NodeCertificate(ca['issuer.crt'])];
    assert.ok(root.ca && issuer.ca && issuer.checkIssued(root) && issuer.verify(root.publicKey));
    assert.match(
      new X509Certificate(ca['issuer.crt']).toString('text'),
      /Basic Constraints[\s\S]*pathLenConstraint: 0|Path Length/i,
    );
  });
});
