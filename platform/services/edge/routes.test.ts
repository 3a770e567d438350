import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { pino } from 'pino';
import { EDGE_PROOF_HEADER } from '#contracts/edge-proof.ts';
import { signedFolder } from '#contracts/signed-path.ts';
import { createMetrics } from '#kit/metrics.ts';
import { FileObjects } from '../origin/engines/files.ts';
import { originRoutes } from '../origin/routes.ts';
import { bytesOf, key, until, World } from './testing/world.ts';

const small = Buffer.from('0123456789'.repeat(10));
const large = Buffer.alloc(1_300_000, 'large ');

async function served(t: TestContext) {
  const world = await World.start(t);
  await world.write('a-title', 'seg-1.m4s', small);
  await world.write('a-title', 'large.mp4', large);
  const clip = join(import.meta.dirname, '../../media/titles/big-buck-bunny/master.m3u8');
  await world.write('a-title', 'master.m3u8', await readFile(clip));
  await world.write('a-title', 'title.json', '{}');
  await world.write('.', 'secret.m4s', 'outside of any title');
  const parts = { key, clock: world.clock, metrics: createMetrics(), log: pino({ enabled: false }) };
  await world.origin((app) => originRoutes(app, { ...parts, objects: new FileObjects(world.titles) }));
  return { world, edge: await world.edge('e1') };
}

describe('an edge, to viewers', () => {
  it('serves files with their type, filled and hot alike', async (t) => {
    const { world, edge } = await served(t);
    for (const _ of ['filled', 'hot']) {
      const answer = await world.get(edge, 'a-title', 'seg-1.m4s');
      assert.equal(answer.statusCode, 200);
      assert.equal(answer.headers['content-type'], 'video/iso.segment');
      assert.equal(answer.headers['access-control-allow-origin'], '*');
      assert.match(String(answer.headers['cache-control']), /immutable/);
      assert.deepEqual(await bytesOf(answer), small);
    }
    assert.equal(await edge.metric('edge_requests_total', { from: 'fill' }), 1);
    assert.equal(await edge.metric('edge_requests_total', { from: 'memory' }), 1);
    assert.equal(await edge.metric('edge_hit_ratio'), 0.5);
    assert.equal(await edge.metric('edge_served_bytes_total'), 200);
    const playlist = await world.get(edge, 'a-title', 'master.m3u8');
    assert.equal(playlist.headers['content-type'], 'application/vnd.apple.mpegurl');
    await playlist.body.dump();
  });

  it('serves parts, 416 beyond the end, and large files whole', async (t) => {
    const { world, edge } = await served(t);
    for (const [name, content] of [['seg-1.m4s', small] as const, ['large.mp4', large] as const]) {
      const part = await world.get(edge, 'a-title', name, { headers: { range: 'bytes=10-29' } });
      assert.equal(part.statusCode, 206);
      assert.equal(part.headers['content-range'], `bytes 10-29/${content.length}`);
      assert.deepEqual(await bytesOf(part), content.subarray(10, 30));
      const beyond = await world.get(edge, 'a-title', name, { headers: { range: `bytes=${content.length}-` } });
      assert.equal(beyond.statusCode, 416);
      await beyond.body.dump();
      const whole = await world.get(edge, 'a-title', name);
      assert.equal(whole.headers['content-length'], String(content.length));
      assert.deepEqual(await bytesOf(whole), content);
      const most = await world.get(edge, 'a-title', name, { headers: { range: 'bytes=1-' } });
      assert.deepEqual(await bytesOf(most), content.subarray(1));
    }
  });

  it('answers 304 to the tag it gave, everything to an If-Range of another, HEAD without a body', async (t) => {
    const { world, edge } = await served(t);
    const head = await world.get(edge, 'a-title', 'seg-1.m4s', { method: 'HEAD' });
    const etag = String(head.headers.etag);
    assert.equal(head.headers['content-length'], '100');
    assert.equal((await bytesOf(head)).length, 0);
    const status = async (headers: Record<string, string>) => {
      const answer = await world.get(edge, 'a-title', 'seg-1.m4s', { headers });
      await answer.body.dump();
      return answer.statusCode;
    };
    assert.equal(await status({ 'if-none-match': etag }), 304);
    assert.equal(await status({ range: 'bytes=1-', 'if-range': etag }), 206);
    assert.equal(await status({ range: 'bytes=1-', 'if-range': '"old"' }), 200);
    const preflight = await world.get(edge, 'a-title', 'seg-1.m4s', { method: 'OPTIONS' });
    assert.equal(preflight.statusCode, 204);
    assert.match(String(preflight.headers['access-control-allow-headers']), /range.*cmcd-request/);
    await preflight.body.dump();
  });

  it('leaves out of a manifest what a plan has not', async (t) => {
    const { world, edge } = await served(t);
    const master = async (sign = {}) =>
      (await bytesOf(await world.get(edge, 'a-title', 'master.m3u8', { sign }))).toString();
    assert.match(await master(), /x1080/);
    const capped = await master({ maxHeightPx: 480 });
    assert.match(capped, /x480/);
    assert.doesNotMatch(capped, /x720|x1080/);
    assert.match(await master(), /x1080/, 'of this viewer alone');
  });

  it('refuses what is forged, expired, of another title or session, with problem+json', async (t) => {
    const { world, edge } = await served(t);
    const expiresAtMs = world.clock.now() + 60_000;
    const path = signedFolder({ session: 's', media: 'a-title', expiresAtMs }, key);
    const [, , , signature] = path.split('/');
    const [expiry, , proof] = signature!.split('.');
    const old = signedFolder({ session: 's', media: 'a-title', expiresAtMs: world.clock.now() - 1_000 }, key);
    const capped = signedFolder({ session: 's', media: 'a-title', expiresAtMs, maxHeightPx: 480 }, key);
    for (const bad of [
      `/v1/t/${signature}/another/seg-1.m4s`,
      `/v1/t/x/a-title/seg-1.m4s`,
      `/v1/t/${expiry}.other.${proof}/a-title/seg-1.m4s`,
      `${capped.replace('.480.', '.1080.')}/master.m3u8`,
      `${old}/seg-1.m4s`,
      `/v1/t/${'a'.repeat(400)}/a-title/seg-1.m4s`,
    ]) {
      const answer = await world.raw(edge, bad);
      assert.equal(answer.statusCode, 403, bad);
      assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
      assert.equal(answer.headers['access-control-allow-origin'], '*');
      assert.equal(((await answer.body.json()) as { code: string }).code, 'forbidden');
    }
  });

  it('finds nothing but files of titles, and asks once for what is not there', async (t) => {
    const { world, edge } = await served(t);
    for (const name of [
      'none.m4s',
      'none.m4s',
      'title.json',
      '..%2fsecret.m4s',
      '%2e%2e%2fsecret.m4s',
      '%2e%2e',
      '.m4s',
      '%00.m4s',
    ]) {
      const answer = await world.get(edge, 'a-title', name);
      assert.equal(answer.statusCode, 404, name);
      await answer.body.dump();
    }
    assert.equal(await edge.metric('edge_fills_total', { outcome: 'not-found' }), 1);
    const weird = await world.raw(
      edge,
      `${signedFolder({ session: 's', media: 'a-title', expiresAtMs: world.clock.now() + 9_000 }, key)}/%E0%A4%A`,
    );
    assert.equal(weird.statusCode, 400);
    await weird.body.dump();
  });

  it('answers other edges by their proof alone', async (t) => {
    const { world, edge } = await served(t);
    for (const path of ['/v1/o/a-title/seg-1.m4s', '/v1/popular']) {
      const answer = await world.raw(edge, path, { headers: { [EDGE_PROOF_HEADER]: 'x' } });
      assert.equal(answer.statusCode, 403);
      await answer.body.dump();
    }
  });

  it('hears what players say, as headers and as a query', async (t) => {
    const { world, edge } = await served(t);
    const asked = await world.get(edge, 'a-title', 'seg-1.m4s?CMCD=bl%3D2000%2Cbs');
    await asked.body.dump();
    const headers = { 'cmcd-request': 'bl=4000,mtp=900', 'cmcd-status': 'bs', 'cmcd-object': 'br=nonsense' };
    await (await world.get(edge, 'a-title', 'seg-1.m4s', { headers })).body.dump();
    assert.equal(await edge.metric('edge_player_starved_total'), 2);
    assert.equal(await edge.metric('edge_cmcd_refused_total'), 1);
  });

  it('has at its start what others are asked for', async (t) => {
    const { world, edge } = await served(t);
    await (await world.get(edge, 'a-title', 'seg-1.m4s')).body.dump();
    const fresh = await world.edge('e2', { fillWindow: 'night' });
    await until(async () => (await fresh.metric('edge_placed_ahead_total', { outcome: 'placed' })) === 3);
    await (await world.get(fresh, 'a-title', 'large.mp4')).body.dump();
    assert.equal(await fresh.metric('edge_requests_total', { from: 'disk' }), 1);
    assert.equal(await fresh.metric('edge_placed_ahead_total', { outcome: 'failed' }), 0);
  });
});
