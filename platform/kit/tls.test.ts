import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connect, createServer, type Server } from 'node:tls';
import { LEAF_LIFE_MS } from './sign-leaf.ts';
import { testAuthorities } from './testing/certificates.ts';
import { type Leaf, podLeaf, readRoot } from './tls.ts';

describe('the leaf of a pod', () => {
  let root: string;
  let leaf: Leaf;
  let env: { FAULTFLIX_ROOT: string };
  const nowMs = Date.now();

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'faultflix-tls-'));
    env = { FAULTFLIX_ROOT: root };
    const folder = join(root, 'var/run/faultflix/tls');
    await mkdir(folder, { recursive: true });
    const { root: ca, issuer } = await testAuthorities();
    const files = { 'ca.crt': ca.cert, 'issuer.crt': issuer.cert, 'issuer.key': issuer.key };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    leaf = await podLeaf({ service: 'edge', region: 'us-east-1', addresses: ['127.0.0.1', '10.0.0.1'], nowMs, env });
  });

  after(() => rm(root, { recursive: true, force: true }));

  it('is for the pod’s addresses and name, for a day, and followed by its issuer', async () => {
    const [own, issuer] = leaf.cert.split(/(?<=-----END CERTIFICATE-----)\s+/).filter(Boolean);
    const certificate = new X509Certificate(own!);
    assert.ok(certificate.checkIP('127.0.0.1') && certificate.checkIP('10.0.0.1'));
    assert.ok(certificate.checkHost('edge.us-east-1.faultflix.test'));
    assert.ok(!certificate.checkIP('127.0.0.2') && !certificate.checkHost('gateway.us-east-1.faultflix.test'));
    assert.ok(!certificate.ca);
    assert.ok(Math.abs(Date.parse(certificate.validTo) - nowMs - LEAF_LIFE_MS) < 1_000);
    assert.ok(certificate.checkIssued(new X509Certificate(issuer!)));
  });

  async function handshake(server: Server, ca: string): Promise<void> {
    const socket = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, ca });
    await once(socket, 'secureConnect').finally(() => socket.destroy());
  }

  it('convinces who trusts the root, and nobody else', async () => {
    const server = createServer(leaf);
    server.on('tlsClientError', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      await handshake(server, await readRoot(env));
      const { root: stranger } = await testAuthorities();
      await assert.rejects(handshake(server, stranger.cert), /certificate/);
    } finally {
      server.close();
    }
  });

  it('says which file is missing', async () => {
    const nowhere = { FAULTFLIX_ROOT: join(root, 'nowhere') };
    const options = { service: 'edge', region: 'us-east-1', addresses: [], nowMs, env: nowhere };
    await assert.rejects(podLeaf(options), { code: 'could-not-run', where: /nowhere.*issuer\.(crt|key)$/ });
  });
});
