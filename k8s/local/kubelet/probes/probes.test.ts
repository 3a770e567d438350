import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { it } from 'node:test';
import type { Container, Probe } from '../types.ts';
import { check, portOf, runCommand, servingStatus } from './check.ts';
import { judge, type Standing, unknown } from './thresholds.ts';

const verdicts = (results: string, probe: Probe): string => {
  let standing: Standing = unknown;
  return [...results]
    .map((result) => {
      standing = judge(standing, result === '+', probe);
      return { unknown: '?', success: '+', failure: '-' }[standing.verdict];
    })
    .join('');
};

it('concludes after as many results in a row as the thresholds say', () => {
  assert.equal(verdicts('+', {}), '+');
  assert.equal(verdicts('---', {}), '??-');
  assert.equal(verdicts('--+---', {}), '??+++-');
  assert.equal(verdicts('++-+++', { successThreshold: 3 }), '?????+');
  assert.equal(verdicts('+-+', { failureThreshold: 1 }), '+-+');
  assert.equal(verdicts('+-+-+-', { failureThreshold: 2 }), '++++++');
});

const target = (container: Partial<Container> = {}) => ({
  container: { name: 'm', ...container } as Container,
  host: '127.0.0.1',
  exec: async () => ({ exitCode: 0, output: '' }),
});

it('http: 200 to 399 is well, others are not; nobody there is not; a redirect is followed', async (t) => {
  const server = createServer((request, response) => {
    const status = Number(request.url?.slice(1));
    response.writeHead(status || 200, status === 302 ? { location: '/503' } : {}).end('body');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const ask = async (path: string) => (await check({ httpGet: { port, path } }, target())).ok;
  assert.deepEqual(await Promise.all(['/200', '/204', '/304', '/404', '/500', '/302'].map(ask)), [
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
  const nobody = await check({ httpGet: { port: 1 } }, target());
  assert.equal(nobody.ok, false);
  assert.match(nobody.message, /ECONNREFUSED/);
});

it('takes ports by name, and says so when there is none', () => {
  const container = { name: 'm', ports: [{ name: 'web', containerPort: 80 }] } as Container;
  assert.deepEqual([portOf('web', container), portOf(81, container), portOf('82', container)], [80, 81, 82]);
  assert.throws(() => portOf('nope', container), /no port named nope/);
});

it('runs commands with their output, and kills one that takes too long with all it started', async () => {
  const where = { env: { PATH: process.env.PATH ?? '' }, cwd: '/' };
  assert.deepEqual(await runCommand(['sh', '-c', 'echo hi; exit 3'], { ...where, limitMs: 10_000 }), {
    exitCode: 3,
    output: 'hi\n',
  });
  const late = await runCommand(['sh', '-c', 'sleep 1000 & sleep 1000'], { ...where, limitMs: 100 });
  assert.equal(late.exitCode, 124);
  assert.equal((await runCommand(['/no/such'], { ...where, limitMs: 1_000 })).exitCode, 126);
});

it('reads the status of the gRPC health answer', () => {
  assert.equal(servingStatus(Buffer.from([0, 0, 0, 0, 2, 8, 1])), 1);
  assert.equal(servingStatus(Buffer.from([0, 0, 0, 0, 2, 8, 2])), 2);
  assert.equal(servingStatus(Buffer.from([0, 0, 0, 0, 0])), 0);
});
