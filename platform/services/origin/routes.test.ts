import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import Fastify from 'fastify';
import { pino } from 'pino';
import { asFaultflixError, httpStatusOf } from '#base/errors.ts';
import { EDGE_PROOF_HEADER, edgeProof } from '#contracts/edge-proof.ts';
import { digestOf, sha256 } from '#contracts/media-file.ts';
import { createMetrics } from '#kit/metrics.ts';
import { FileObjects } from './engines/files.ts';
import { originRoutes } from './routes.ts';

const key = Buffer.alloc(32, 3);
const nowMs = 1_800_000_000_000;
const content = Buffer.from('0123456789'.repeat(10));

describe('the origin', () => {
  const app = Fastify();
  let root = '';
  let base = '';
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${base}${path}`, { headers: { [EDGE_PROOF_HEADER]: edgeProof(path, nowMs, key), ...headers } });

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'faultflix-origin-'));
    await mkdir(join(root, 'a-title'));
    await writeFile(join(root, 'secret.m4s'), 'outside of any title');
    await writeFile(join(root, 'a-title', 'seg-1.m4s'), content);
    await writeFile(join(root, 'a-title', 'empty.m4s'), '');
    await writeFile(join(root, 'a-title', 'title.json'), '{}');
    app.setErrorHandler((thrown, _request, reply) => {
      const error = asFaultflixError(thrown);
      reply.code(httpStatusOf(error)).send(error.toJSON());
    });
    originRoutes(app, {
      objects: new FileObjects(root),
      key,
      clock: { now: () => nowMs, sleep: async () => undefined },
      metrics: createMetrics(),
      log: pino({ enabled: false }),
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  });
  after(async () => {
    await app.close();
    await rm(root, { recursive: true });
  });

  it('gives an edge a file with its length, tag and digest, and the new ones when it was exchanged', async () => {
    const answer = await get('/v1/o/a-title/seg-1.m4s');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-length'), '100');
    assert.deepEqual(digestOf(answer.headers.get('repr-digest')!), sha256(content));
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), content);
    const etag = answer.headers.get('etag')!;
    assert.equal((await get('/v1/o/a-title/seg-1.m4s', { 'if-none-match': etag })).status, 304);
    await writeFile(join(root, 'a-title', 'seg-1.m4s'), 'another');
    const changed = await get('/v1/o/a-title/seg-1.m4s');
    assert.deepEqual(digestOf(changed.headers.get('repr-digest')!), sha256(Buffer.from('another')));
    assert.equal(await changed.text(), 'another');
    await writeFile(join(root, 'a-title', 'seg-1.m4s'), content);
    assert.equal((await get('/v1/o/a-title/empty.m4s')).headers.get('content-length'), '0');
  });

  it('gives parts', async () => {
    const part = await get('/v1/o/a-title/seg-1.m4s', { range: 'bytes=10-19' });
    assert.equal(part.status, 206);
    assert.equal(part.headers.get('content-range'), 'bytes 10-19/100');
    assert.equal(await part.text(), '0123456789');
    assert.equal((await get('/v1/o/a-title/seg-1.m4s', { range: 'bytes=100-' })).status, 416);
  });

  it('lists a title', async () => {
    const { files } = (await (await get('/v1/o/a-title')).json()) as { files: unknown };
    assert.deepEqual(files, [
      { name: 'empty.m4s', size: 0 },
      { name: 'seg-1.m4s', size: 100 },
    ]);
    assert.equal((await get('/v1/o/none')).status, 404);
  });

  it('answers nobody but edges', async () => {
    for (const proof of [
      '',
      'x',
      edgeProof('/v1/o/a-title/seg-2.m4s', nowMs, key),
      edgeProof('/v1/o/a-title/seg-1.m4s', 0, key),
    ])
      assert.equal((await get('/v1/o/a-title/seg-1.m4s', { [EDGE_PROOF_HEADER]: proof })).status, 403, proof);
  });

  it('finds nothing but files of titles', async () => {
    for (const path of [
      'a-title/title.json',
      'a-title/none.m4s',
      'a-title/..%2fsecret.m4s',
      '..%2f/secret.m4s',
      'a-title/%00.m4s',
    ])
      assert.equal((await get(`/v1/o/${path}`)).status, 404, path);
  });
});
