import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createAuthority } from './authority.ts';
import { untilReady } from './ready.ts';

test('a leaf is signed by its authority, says who it is and where, and has a key of its own', async () => {
  const ca = await createAuthority('root', Date.now());
  const leaf = await ca.issue({
    commonName: 'kube-apiserver',
    organizations: ['system:masters', 'other'],
    hosts: ['127.0.0.1', 'kubernetes.default.svc'],
    usages: ['server', 'client'],
  });
  const root = new X509Certificate(ca.cert);
  const cert = new X509Certificate(leaf.cert);
  assert.ok(root.ca && root.verify(root.publicKey));
  assert.ok(!cert.ca && cert.checkIssued(root) && cert.verify(root.publicKey));
  assert.ok(cert.checkPrivateKey(createPrivateKey(leaf.key)));
  assert.deepEqual(cert.subject.split('\n').sort(), ['CN=kube-apiserver', 'O=other', 'O=system:masters']);
  assert.equal(cert.checkIP('127.0.0.1'), '127.0.0.1');
  assert.equal(cert.checkIP('127.0.0.2'), undefined);
  assert.equal(cert.checkHost('kubernetes.default.svc'), 'kubernetes.default.svc');
  assert.deepEqual(cert.keyUsage, ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  assert.equal(cert.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1');
  const other = await createAuthority('root', Date.now());
  assert.equal(cert.verify(new X509Certificate(other.cert).publicKey), false, 'another root of the same name');
});

test('a server with it is believed by those who know the root, and by nobody else', { timeout: 20_000 }, async (t) => {
  const [ca, stranger] = await Promise.all([createAuthority('a', Date.now()), createAuthority('b', Date.now())]);
  const leaf = await ca.issue({ commonName: 'x', hosts: ['127.0.0.1'], usages: ['server'] });
  let answers = 0;
  const server = createServer({ cert: leaf.cert, key: leaf.key }, (_, response) => {
    response.writeHead(++answers < 3 ? 500 : 200).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/readyz`;
  const clock = { now: () => 0, sleep: async () => {} };
  await untilReady({ url, ca: ca.cert, signal: AbortSignal.timeout(10_000), clock });
  assert.equal(answers, 3, 'not ready, not ready, ready');
  const stop = new AbortController();
  let asked = 0;
  const sleep = async () => {
    if (++asked === 3) stop.abort(new Error('never ready'));
  };
  await assert.rejects(
    untilReady({ url, ca: stranger.cert, signal: stop.signal, clock: { now: () => 0, sleep } }),
    /never ready/,
  );
  assert.equal(answers, 3);
});
