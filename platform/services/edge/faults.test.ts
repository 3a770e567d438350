import assert from 'node:assert/strict';
import { once } from 'node:events';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { contentTypeOf, reprDigest, sha256 } from '#contracts/media-file.ts';
import { signedFolder } from '#contracts/signed-path.ts';
import { freshness } from './freshness.ts';
import { PART_BYTES } from './serve.ts';
import { bytesOf, key, type RunningEdge, until, World } from './testing/world.ts';

type Mode = 'well' | 'cut' | 'another' | 'short' | 'no-digest' | 'error' | 'hangs-up';

/** An origin of one title whose files all have this content, and which can be made to err. Counts what it was asked. */
async function withOrigin(t: TestContext, content = Buffer.alloc(100_000, 'film ')) {
  const world = await World.start(t);
  const state = { mode: 'well' as Mode, asked: 0, hold: Promise.resolve() };
  const answers = (app: FastifyInstance) => {
    app.get<{ Params: { media: string; name: string } }>('/v1/o/:media/:name', async (request, reply) => {
      state.asked++;
      await state.hold;
      if (contentTypeOf(request.params) === undefined) return reply.code(404).send();
      reply.hijack();
      const { raw } = reply;
      const headers = { 'content-length': content.length, 'repr-digest': reprDigest(sha256(content)) };
      if (state.mode === 'hangs-up') raw.destroy();
      else if (state.mode === 'error') raw.writeHead(503).end();
      else if (state.mode === 'no-digest') raw.writeHead(200, { 'content-length': content.length }).end(content);
      else if (state.mode === 'another') raw.writeHead(200, headers).end(Buffer.alloc(content.length, 'other'));
      else if (state.mode === 'short')
        raw.writeHead(200, { ...headers, 'content-length': 10 }).end(content.subarray(0, 10));
      else if (state.mode === 'cut')
        raw.writeHead(200, headers).write(content.subarray(0, 50_000), () => raw.destroy());
      else raw.writeHead(200, headers).end(content);
      return reply;
    });
  };
  const server = await world.origin(answers);
  const get = async (edge: RunningEdge, name = 'seg-1.m4s') => {
    const answer = await world.get(edge, 'a-title', name);
    const bytes = await bytesOf(answer);
    return { status: answer.statusCode, bytes, ok: answer.statusCode === 200 && bytes.equals(content) };
  };
  return { world, state, server, content, get };
}

describe('an edge that fills', () => {
  it('asks once for what many want at once', async (t) => {
    const { world, state, get } = await withOrigin(t);
    const edge = await world.edge('e1');
    const held = Promise.withResolvers<void>();
    state.hold = held.promise;
    const all = Array.from({ length: 20 }, () => get(edge));
    await until(async () => (await edge.metric('edge_requests_total', { from: 'collapsed' })) >= 19);
    held.resolve();
    for (const each of await Promise.all(all)) assert(each.ok);
    assert.equal(state.asked, 1);
  });

  it('of a region asks the origin once: the others fill from the parent of the file', async (t) => {
    const { world, state, get } = await withOrigin(t);
    const edges = [await world.edge('e1'), await world.edge('e2'), await world.edge('e3')];
    const away = await world.edge('e4', { region: 'ap-south-1' });
    for (let file = 0; file < 6; file++)
      for (const edge of [away, ...edges]) assert((await get(edge, `seg-${file}.m4s`)).ok);
    assert.equal(state.asked, 6);
    assert.equal(await away.metric('edge_fills_total', { source: 'parent', outcome: 'ok' }), 6);
    assert.equal(await away.metric('edge_fills_total', { source: 'origin' }), 0);
  });

  it('fills from the origin when its parent is killed, and from another parent after that', async (t) => {
    const { world, state, get } = await withOrigin(t);
    const parent = await world.edge('e1');
    const away = await world.edge('e2', { region: 'ap-south-1' });
    assert((await get(away, 'seg-1.m4s')).ok);
    await parent.kill();
    assert((await get(away, 'seg-2.m4s')).ok);
    assert((await get(away, 'seg-3.m4s')).ok);
    assert.equal(
      await away.metric('edge_fills_total', { source: 'parent', outcome: 'unavailable' }),
      1,
      'asked no more',
    );
    assert.equal(state.asked, 3);
  });

  for (const mode of ['cut', 'another', 'short', 'no-digest', 'error', 'hangs-up'] as const)
    it(`serves nothing of a fill that is not whole and right (${mode}), keeps nothing of it, and fills again`, async (t) => {
      const { world, state, get } = await withOrigin(t);
      const edge = await world.edge('e1');
      state.mode = mode;
      const failed = await get(edge);
      assert.equal(failed.status, 503);
      assert.equal(JSON.parse(failed.bytes.toString()).code, 'unavailable');
      state.mode = 'well';
      assert((await get(edge)).ok);
    });

  it('plays what it has while every origin and parent is out, and says so of what it has not', async (t) => {
    const { world, server, get } = await withOrigin(t);
    const edge = await world.edge('e1');
    assert((await get(edge, 'seg-1.m4s')).ok);
    assert((await get(edge, 'master.m3u8')).ok);
    await server.close(0);
    world.clock.offMs = 3_600_000;
    assert((await get(edge, 'seg-1.m4s')).ok, 'a segment never changes');
    assert((await get(edge, 'master.m3u8')).ok, 'a stale manifest is better than none');
    assert.equal(await edge.metric('edge_requests_total', { from: 'stale' }), 1);
    assert.equal((await get(edge, 'seg-2.m4s')).status, 503);
    world.clock.offMs = freshness.ifErrorMs + 3_600_000;
    assert.equal((await get(edge, 'master.m3u8')).status, 503, 'but not for ever');
  });

  it('serves a manifest that is a little old at once, and fills it again meanwhile', async (t) => {
    const { world, state, get } = await withOrigin(t);
    const edge = await world.edge('e1');
    await get(edge, 'master.m3u8');
    world.clock.offMs = 120_000;
    assert((await get(edge, 'master.m3u8')).ok);
    await until(async () => (await edge.metric('edge_fills_total', { outcome: 'ok' })) >= 2);
    assert.equal(state.asked, 2);
  });

  it('has its disk after its process was killed, and never serves what the disk has spoiled', async (t) => {
    const { world, state, content, get } = await withOrigin(t);
    const first = await world.edge('e1');
    await get(first, 'seg-1.m4s');
    await get(first, 'seg-2.m4s');
    await until(async () => (await first.metric('edge_cached_bytes', { in: 'disk' })) >= 2 * content.length);
    await first.kill();
    const spoiled = Buffer.concat([sha256(content), content]);
    spoiled[5_000]! ^= 1;
    await writeFile(join(first.folder, 'a-title~seg-2.m4s'), spoiled);
    const second = await world.edge('e1', { folder: first.folder });
    assert((await get(second, 'seg-1.m4s')).ok);
    assert.equal(state.asked, 2);
    assert((await get(second, 'seg-2.m4s')).ok);
    assert.equal(state.asked, 3);
    assert.equal(await second.metric('edge_disk_trouble_total', { what: 'corrupt' }), 1);
  });

  it('serves with a full disk (ENOSPC) out of memory', async (t) => {
    const { world, get } = await withOrigin(t);
    const edge = await world.edge('e1');
    await symlink('/dev/full', join(edge.folder, 'a-title~seg-1.m4s.partial'));
    assert((await get(edge)).ok);
    await until(async () => (await edge.metric('edge_disk_trouble_total', { what: 'full' })) >= 1);
    assert((await get(edge)).ok);
    assert.equal(await edge.metric('edge_requests_total', { from: 'memory' }), 1);
  });

  it('holds no more than a part for a viewer that does not read', async (t) => {
    const { world, content, get } = await withOrigin(t, Buffer.alloc(8_000_000, 'film '));
    const edge = await world.edge('e1');
    await get(edge);
    const { port } = edge.server;
    const folder = signedFolder({ session: 's', media: 'a-title', expiresAtMs: Date.now() + 60_000 }, key);
    const before = process.memoryUsage().external + process.memoryUsage().arrayBuffers;
    const slow: TLSSocket[] = [];
    for (let i = 0; i < 12; i++) {
      const socket = connect({ host: '127.0.0.1', port, ca: world.ca() });
      await once(socket, 'secureConnect');
      socket.write(`GET ${folder}/seg-1.m4s HTTP/1.1\r\nhost: x\r\n\r\n`);
      await once(socket, 'readable'); // it answers, and nobody reads on
      slow.push(socket);
    }
    const heldBytes = process.memoryUsage().external + process.memoryUsage().arrayBuffers - before;
    assert((await get(edge)).ok, 'others are served meanwhile');
    for (const socket of slow) socket.destroy();
    assert(heldBytes < (slow.length * content.length) / 4, `${heldBytes} bytes for ${slow.length} viewers of 8 MB`);
    assert(PART_BYTES * 4 < content.length);
  });
});
