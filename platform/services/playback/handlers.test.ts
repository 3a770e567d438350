import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Counter } from 'prom-client';
import { FaultflixError } from '#base/errors.ts';
import { checkSignature } from '#contracts/signed-path.ts';
import type { ServerCall } from '#kit/context.ts';
import { type PlaybackParts, playbackHandlers } from './handlers.ts';
import type { Stream } from './state.ts';

const key = Buffer.alloc(32, 9);
const nowMs = 1_800_000_000_000;
const call = {} as ServerCall;
const device = { account: '', profile: '', country: '', maxStreams: 1, maxHeight: 720, maxAge: 0 };
const start = { session: 'e0-1', titleId: 't1', idempotencyKey: 'k1', home: 'us-east-1', ...device };
const title = {
  ...{ id: 't1', name: 'T', year: 2024, kind: 'film', genres: [], people: [] },
  ...{ synopsis: '', minutes: 1, rank: 1, media: 'a-title', seasons: [], countries: [] as string[], age: 0 },
};
const state = {
  start: async () => 0,
  beat: async () => undefined,
  stop: async () => undefined,
  positions: async () => [],
};

function handlers(parts: Partial<PlaybackParts> = {}) {
  const counter = new Counter({ name: 'count', help: 'count', registers: [] });
  return playbackHandlers({
    titles: { getTitle: async () => ({ title }) },
    edges: () => ['https://127.0.0.1:8441'],
    state,
    hear: () => undefined,
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
    const { session, expiresAtMs, maxHeightPx } = checkSignature({ signature: signature!, media: media!, nowMs }, key);
    assert.equal(session, start.session);
    assert(expiresAtMs - nowMs >= 3_600_000 && expiresAtMs - nowMs <= 3_600_000 + 900_000);
    assert.equal(maxHeightPx, 720);
    assert.equal(first.dash, first.hls!.replace('master.m3u8', 'manifest.mpd'));
  });

  it('hears a heartbeat of its own playbacks on any pod, and of no others', async () => {
    const { playback } = await handlers().startPlayback(start, call);
    const beat = {
      session: start.session,
      playback: playback!,
      positionMs: 2_000,
      account: '',
      profile: '',
      titleId: '',
      cmcd: '',
    };
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

  it('says no to a country without a licence, and asks nothing of a device whose country nobody knows', async () => {
    const titles = { getTitle: async () => ({ title: { ...title, countries: ['DE', 'CH'] } }) };
    const from = async (country: string) => handlers({ titles }).startPlayback({ ...start, country }, call);
    await from('DE');
    await from('');
    await assert.rejects(from('US'), code('forbidden'));
  });

  it('plays nothing for a profile that is too young for it', async () => {
    const titles = { getTitle: async () => ({ title: { ...title, age: 16 } }) };
    const upTo = async (maxAge: number) => handlers({ titles }).startPlayback({ ...start, maxAge }, call);
    await upTo(16);
    await upTo(0);
    await assert.rejects(upTo(12), code('forbidden'));
  });

  it('keeps where a stream stopped as it gives its place back, and claims none for it', async () => {
    const asked: unknown[] = [];
    const counted = {
      ...state,
      beat: async ({ account, profile, titleId }: Stream, { positionMs }: { positionMs: number }) =>
        void asked.push({ account, profile, titleId, positionMs }),
      stop: async ({ account }: { account: string }) => void asked.push({ stopped: account }),
    };
    const own = handlers({ state: counted });
    const { playback } = await own.startPlayback(start, call);
    const stop = async (more: object) =>
      own.stopPlayback(
        {
          session: start.session,
          playback: playback!,
          account: 'a1',
          profile: '',
          titleId: '',
          positionMs: 0,
          ...more,
        },
        call,
      );
    await stop({});
    assert.deepEqual(asked.splice(0), [{ stopped: 'a1' }]);
    await stop({ profile: 'p1', titleId: 't1', positionMs: 7_000 });
    const wanted = { account: '', profile: 'p1', titleId: 't1', positionMs: 7_000 };
    assert.deepEqual(asked, [{ stopped: 'a1' }, wanted]);
    await assert.rejects(stop({ positionMs: -1 }), code('bad-input'));
  });

  it('plays the media of the episode that was asked for', async () => {
    const episode = { id: 't1.s1e2', number: 2, name: 'Two', minutes: 90, synopsis: '', media: 'an-episode' };
    const titles = { getTitle: async () => ({ title: { ...title, seasons: [{ number: 1, episodes: [episode] }] } }) };
    const { hls, expiresAtMs } = await handlers({ titles }).startPlayback({ ...start, titleId: 't1.s1e2' }, call);
    assert.match(hls!, /\/an-episode\/master\.m3u8$/);
    assert(Number(expiresAtMs) - nowMs >= 3 * 3_600_000, 'twice its length');
  });

  it('writes for a stream of an account at its start and then each second heartbeat', async () => {
    const asked: string[] = [];
    let atMs = nowMs;
    const counted = {
      ...state,
      start: async () => asked.push('start'),
      beat: async () => void asked.push('beat'),
    };
    const own = handlers({ state: counted, clock: { now: () => atMs, sleep: async () => undefined } });
    const account = { account: 'a1', profile: 'p1' };
    const { playback, resumeMs } = await own.startPlayback({ ...start, ...account }, call);
    assert.equal(resumeMs, 1);
    const beat = { session: start.session, playback: playback!, titleId: 't1', cmcd: '', ...account };
    for (let i = 1; i <= 4; i++) {
      atMs += 10_000;
      await own.heartbeat({ ...beat, positionMs: i * 10_000 }, call);
    }
    assert.deepEqual(asked, ['start', 'beat', 'beat']);
    await own.startPlayback(start, call);
    assert.equal(asked.length, 3, 'a device without an account writes nothing');
  });

  it('steers whoever plays to the edges in their order, and nobody else', async () => {
    const edges = () => ['https://127.0.0.1:8441', 'https://[::1]:8441'];
    const own = handlers({ edges });
    const { playback, steering } = await own.startPlayback(start, call);
    const query = Object.fromEntries(new URL(steering!, 'https://x').searchParams) as { session: string; home: string };
    const { manifest } = await own.getSteering({ playback: playback!, ...query }, call);
    const read = JSON.parse(manifest!);
    assert.deepEqual(read['PATHWAY-PRIORITY'], ['127.0.0.1_8441', '___1__8441']);
    assert.deepEqual(
      read['PATHWAY-CLONES'].map((clone: Record<string, { HOST: string }>) => clone['URI-REPLACEMENT']!.HOST),
      ['127.0.0.1:8441', '[::1]:8441'],
    );
    assert.equal(read['RELOAD-URI'], steering);
    await assert.rejects(
      async () => own.getSteering({ playback: playback!, ...query, session: 'x' }, call),
      code('not-found'),
    );
  });
});
