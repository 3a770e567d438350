import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import Fastify from 'fastify';
import { pino } from 'pino';
import { Counter } from 'prom-client';
import { asFaultflixError, httpStatusOf } from '#base/errors.ts';
import { signedFolder } from '#contracts/signed-path.ts';
import { Media } from './media.ts';
import { routes } from './routes.ts';

const key = Buffer.alloc(32, 3);
const nowMs = 1_800_000_000_000;
const small = Buffer.from('0123456789'.repeat(10));
const large = Buffer.alloc(300_000, 'x');

describe('the edge', () => {
  const app = Fastify();
  let root = '';
  let origin = '';
  let folder = '';

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'faultflix-edge-'));
    await mkdir(join(root, 'a-title'));
    await writeFile(join(root, 'secret.m4s'), 'outside of any title');
    await writeFile(join(root, 'a-title', 'seg-1.m4s'), small);
    await writeFile(join(root, 'a-title', 'large.mp4'), large);
    await writeFile(join(root, 'a-title', 'master.m3u8'), '#EXTM3U\n');
    await writeFile(join(root, 'a-title', 'title.json'), '{}');
    app.setErrorHandler((thrown, _request, reply) => {
      const error = asFaultflixError(thrown);
      reply.code(httpStatusOf(error)).send(error.toJSON());
    });
    const served = new Counter({ name: 'served', help: 'served', registers: [] });
    routes(app, {
      media: new Media({ root, cacheBytes: 1_000_000, largestCachedBytes: 100_000 }),
      key,
      clock: { now: () => nowMs, sleep: async () => undefined },
      metrics: { counter: () => served } as never,
      log: pino({ enabled: false }),
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    folder = `${origin}${signedFolder({ session: 's', media: 'a-title', expiresAtMs: nowMs + 60_000 }, key)}`;
  });

  after(async () => {
    await app.close();
    await rm(root, { recursive: true });
  });

  it('serves files with their type, cold and hot alike', async () => {
    for (const _ of ['cold', 'hot']) {
      const answer = await fetch(`${folder}/seg-1.m4s`);
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get('content-type'), 'video/iso.segment');
      assert.equal(answer.headers.get('access-control-allow-origin'), '*');
      assert.match(answer.headers.get('cache-control')!, /immutable/);
      assert.deepEqual(Buffer.from(await answer.arrayBuffer()), small);
    }
    const playlist = await fetch(`${folder}/master.m3u8`);
    assert.equal(playlist.headers.get('content-type'), 'application/vnd.apple.mpegurl');
  });

  for (const [name, content] of [['seg-1.m4s', small] as const, ['large.mp4', large] as const])
    it(`serves a part of ${name}, and 416 beyond its end`, async () => {
      const part = await fetch(`${folder}/${name}`, { headers: { range: 'bytes=10-29' } });
      assert.equal(part.status, 206);
      assert.equal(part.headers.get('content-range'), `bytes 10-29/${content.length}`);
      assert.deepEqual(Buffer.from(await part.arrayBuffer()), content.subarray(10, 30));
      const beyond = await fetch(`${folder}/${name}`, { headers: { range: `bytes=${content.length}-` } });
      assert.equal(beyond.status, 416);
      assert.equal(beyond.headers.get('content-range'), `bytes */${content.length}`);
    });

  it('streams what is too large for memory, whole', async () => {
    const answer = await fetch(`${folder}/large.mp4`);
    assert.equal(answer.headers.get('content-length'), String(large.length));
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), large);
  });

  it('answers 304 to the tag it gave, and everything to an If-Range of another', async () => {
    const etag = (await fetch(`${folder}/seg-1.m4s`)).headers.get('etag')!;
    assert.equal((await fetch(`${folder}/seg-1.m4s`, { headers: { 'if-none-match': etag } })).status, 304);
    const resumed = (tag: string) => fetch(`${folder}/seg-1.m4s`, { headers: { range: 'bytes=1-', 'if-range': tag } });
    assert.equal((await resumed(etag)).status, 206);
    assert.equal((await resumed('"old"')).status, 200);
  });

  it('answers HEAD without a body', async () => {
    const answer = await fetch(`${folder}/seg-1.m4s`, { method: 'HEAD' });
    assert.equal(answer.headers.get('content-length'), '100');
    assert.equal((await answer.arrayBuffer()).byteLength, 0);
  });

  it('answers a preflight', async () => {
    const answer = await fetch(`${folder}/seg-1.m4s`, { method: 'OPTIONS' });
    assert.equal(answer.status, 204);
    assert.match(answer.headers.get('access-control-allow-headers')!, /range/);
  });

  it('refuses a signature of another title or none, and still says who may read the answer', async () => {
    const other = signedFolder({ session: 's', media: 'other', expiresAtMs: nowMs + 60_000 }, key).split('/')[3];
    for (const url of [`${origin}/v1/t/${other}/a-title/seg-1.m4s`, `${origin}/v1/t/x/a-title/seg-1.m4s`]) {
      const answer = await fetch(url);
      assert.equal(answer.status, 403);
      assert.equal(answer.headers.get('access-control-allow-origin'), '*');
      assert.equal(((await answer.json()) as { code: string }).code, 'forbidden');
    }
  });

  it('finds nothing but files of titles', async () => {
    for (const name of ['none.m4s', 'title.json', '..%2fsecret.m4s', '%2e%2e', '.m4s'])
      assert.equal((await fetch(`${folder}/${name}`)).status, 404, name);
  });
});
