import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Counter } from 'prom-client';
import { FaultflixError } from '#base/errors.ts';
import { checkSignature } from '#contracts/signed-path.ts';
import type { ServerCall } from '#kit/context.ts';
import { type PlaybackParts, playbackHandlers } from './handlers.ts';

const key = Buffer.alloc(32, 9);
const nowMs = 1_800_000_000_000;
const call = {} as ServerCall;
const start = { session: 'e0-1', titleId: 't1', idempotencyKey: 'k1', home: 'us-east-1' };
const title = {
  ...{ id: 't1', name: 'T', year: 2024, kind: 'film', genres: [], people: [] },
  ...{ synopsis: '', minutes: 1, rank: 1, media: 'a-title' },
};

function handlers(parts: Partial<PlaybackParts> = {}) {
  const counter = new Counter({ name: 'count', help: 'count', registers: [] });
  return playbackHandlers({
    titles: { getTitle: async () => ({ title }) },
    edges: () => ['https://127.0.0.1:8441'],
    key,
    clock: { now: () => nowMs, sleep: async () => undefined },
    metrics: { counter: () => counter } as never,
    ...parts,
  });
}

const code = (wanted: string) => (error: unknown) => error instanceof FaultflixError && error.code === wanted;

describe('playback', () => {
  it('starts with signed paths that the edges accept, and the same again for the same key', async () => {
    const first = await handlers().startPlayback(start, call);
    assert.deepEqual(await handlers().startPlayback(start, call), first);
    const [, , , signature, media, file] = first.hls!.split('/');
    assert.equal(file, 'master.m3u8');
    const { session, expiresAtMs } = checkSignature({ signature: signature!, media: media!, nowMs }, key);
    assert.equal(session, start.session);
    assert(expiresAtMs - nowMs > 5 * 3_600_000);
    assert.equal(first.dash, first.hls!.replace('master.m3u8', 'manifest.mpd'));
  });

  it('hears a heartbeat of its own playbacks on any pod, and of no others', async () => {
    const { playback } = await handlers().startPlayback(start, call);
    const beat = { session: start.session, playback: playback!, positionMs: 2_000 };
    const heartbeat = async (changed: object) => handlers().heartbeat({ ...beat, ...changed }, call);
    assert.deepEqual(await heartbeat({}), {});
    await assert.rejects(heartbeat({ session: 'other' }), code('not-found'));
    await assert.rejects(heartbeat({ playback: 'made.up' }), code('not-found'));
    await assert.rejects(heartbeat({ positionMs: -1 }), code('bad-input'));
  });

  it('asks the catalogue each time, and fails as it fails', async () => {
    const missing = new FaultflixError('not-found', 'no such title');
    const titles = { getTitle: async () => Promise.reject(missing) };
    await assert.rejects(async () => handlers({ titles }).startPlayback(start, call), missing);
  });

  it('is unavailable while there is no edge', async () => {
    await assert.rejects(async () => handlers({ edges: () => [] }).startPlayback(start, call), code('unavailable'));
  });

  it('refuses what is empty or not a region', async () => {
    for (const wrong of [{ session: '' }, { titleId: '' }, { idempotencyKey: '' }, { home: 'global' }, { home: '' }])
      await assert.rejects(async () => handlers().startPlayback({ ...start, ...wrong }, call), code('bad-input'));
  });
});
