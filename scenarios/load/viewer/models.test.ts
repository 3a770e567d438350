import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { nextRendition } from './adaptation.ts';
import { arrive, complete, emptyBuffer, passTime } from './buffer.ts';
import { parseMaster, parseMedia } from './hls.ts';
import { routersFrom, settingsOf } from './settings.ts';

describe('the buffer', () => {
  it('waits without a stall, starts with the first video, plays at the speed of time, stalls when empty', () => {
    let state = emptyBuffer(0);
    let passed: { playedMs: number; stalledMs: number };
    [state, passed] = passTime(state, 500);
    assert.deepEqual(passed, { playedMs: 0, stalledMs: 0 });
    state = arrive(state, 2_000);
    [state, passed] = passTime(state, 1_500);
    assert.deepEqual(passed, { playedMs: 1_000, stalledMs: 0 });
    [state, passed] = passTime(state, 4_000);
    assert.deepEqual(passed, { playedMs: 1_000, stalledMs: 1_500 });
    [state, passed] = passTime(arrive(state, 1_000), 4_100);
    assert.deepEqual(passed, { playedMs: 0, stalledMs: 100 }, 'a stall ends with enough video, not with any');
    [state, passed] = passTime(arrive(state, 1_000), 4_200);
    assert.deepEqual(passed, { playedMs: 100, stalledMs: 0 });
    [state, passed] = passTime(complete(state), 10_000);
    assert.deepEqual(passed, { playedMs: 1_900, stalledMs: 0 }, 'the end of the title is not a stall');
  });

  it('never plays more than arrived, and accounts for every moment after the first frame', () => {
    const step = fc.oneof(
      fc.record({ pass: fc.integer({ min: 0, max: 5_000 }) }),
      fc.record({ arrive: fc.integer({ min: 1, max: 4_000 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let state = emptyBuffer(0);
        let now = 0;
        let arrived = 0;
        let startedAt: number | undefined;
        let played = 0;
        let stalled = 0;
        for (const each of steps) {
          if ('arrive' in each) {
            arrived += each.arrive;
            state = arrive(state, each.arrive);
            if (state.started) startedAt ??= now;
          } else {
            now += each.pass;
            const [next, passed] = passTime(state, now);
            state = next;
            played += passed.playedMs;
            stalled += passed.stalledMs;
          }
        }
        assert.ok(played <= arrived);
        assert.equal(state.positionMs, played);
        assert.equal(played + stalled, startedAt === undefined ? 0 : now - startedAt);
      }),
    );
  });
});

describe('the choice of rendition', () => {
  const renditions = [100, 200, 400, 800].map((kbps) => ({
    path: `${kbps}`,
    bandwidthBps: kbps * 1_000,
    height: kbps,
    audio: undefined,
  }));
  const choose = (bufferMs: number, throughputBps: number | undefined, current = 0) =>
    nextRendition({ renditions, current, bufferMs, maxBufferMs: 8_000, throughputBps });

  it('starts with the lowest, then by what the network gave while the buffer is low', () => {
    assert.equal(choose(0, undefined), 0);
    assert.equal(choose(1_000, 10_000_000), 3);
    assert.equal(choose(1_000, 445_000), 2);
    assert.equal(choose(1_000, 440_000), 1, 'a tenth is kept in reserve');
    assert.equal(choose(1_000, 50_000), 0, 'there is nothing below the lowest');
  });

  it('goes by the buffer when it is not low and the network is slow, from the lowest rate to the highest', () => {
    assert.equal(choose(3_000, 1), 0);
    assert.equal(choose(7_200, 1), 3);
    assert.equal(choose(8_000, 1), 3);
  });

  it('does not step down for a buffer that is still filling while the network gives enough', () => {
    assert.equal(choose(4_000, 10_000_000, 3), 3);
  });

  it('stays between the neighbours of the present rate', () => {
    assert.equal(choose(4_500, 1, 1), 1);
    assert.equal(choose(4_500, 1, 2), 2);
    assert.equal(choose(3_100, 1, 3), 1, 'steps down when the buffer runs out');
  });

  it('always answers with a rendition', () => {
    fc.assert(
      fc.property(
        fc.nat(9_000),
        fc.option(fc.nat(2_000_000), { nil: undefined }),
        fc.nat(3),
        (buffer, throughput, current) => {
          assert.ok(renditions[choose(buffer, throughput, current)] !== undefined);
        },
      ),
    );
  });
});

describe('HLS', () => {
  it('reads renditions, ascending, their sound, and paths relative to the playlist', () => {
    const master = parseMaster(
      [
        '#EXTM3U',
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="x, y",DEFAULT=YES,URI="sound/a.m3u8"',
        '#EXT-X-STREAM-INF:BANDWIDTH=900,RESOLUTION=1280x720,CODECS="avc1.64001f,mp4a.40.2",AUDIO="a"',
        'high.m3u8',
        '#EXT-X-STREAM-INF:BANDWIDTH=100',
        '/elsewhere/low.m3u8',
      ].join('\r\n'),
      '/v1/t/sig/title/master.m3u8',
    );
    assert.deepEqual(master, {
      renditions: [
        { path: '/elsewhere/low.m3u8', bandwidthBps: 100, height: 0, audio: undefined },
        { path: '/v1/t/sig/title/high.m3u8', bandwidthBps: 900, height: 720, audio: 'a' },
      ],
      audio: { a: '/v1/t/sig/title/sound/a.m3u8' },
    });
  });

  it('reads segments with their durations and the initialisation segment', () => {
    const text = '#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:2.000,\n1.m4s\n#EXTINF:1.96,\n2.m4s\n#EXT-X-ENDLIST';
    assert.deepEqual(parseMedia(text, '/t/media.m3u8'), {
      init: '/t/init.mp4',
      segments: [
        { path: '/t/1.m4s', durationMs: 2_000 },
        { path: '/t/2.m4s', durationMs: 1_960 },
      ],
    });
  });

  for (const text of ['', '<html>', '#EXTM3U', '#EXTM3U\n#EXT-X-ENDLIST', '{"error":1}']) {
    it(`takes ${JSON.stringify(text)} for no playlist`, () => {
      assert.equal(parseMaster(text, '/x'), undefined);
      assert.equal(parseMedia(text, '/x'), undefined);
    });
  }
});

describe('settings', () => {
  const routers = '{"us-east-1":["https://a:1/"],"us-west-2":["https://b:2"]}';

  it('reads routers by home, own home first', () => {
    const settings = settingsOf({ FAULTFLIX_ROUTERS: routers, FAULTFLIX_VIEWERS: '100', FAULTFLIX_DURATION: '1m30s' });
    assert.deepEqual([settings.viewers, settings.durationMs], [100, 90_000]);
    assert.deepEqual(routersFrom(settings.routers, 'us-west-2'), ['https://b:2', 'https://a:1']);
  });

  it('reads a plain list', () => {
    assert.deepEqual(settingsOf({ FAULTFLIX_ROUTERS: 'https://a:1, https://b:2' }).routers, {
      'us-east-1': ['https://a:1', 'https://b:2'],
    });
  });

  it('never ramps longer than it runs', () => {
    assert.equal(settingsOf({ FAULTFLIX_ROUTERS: routers, FAULTFLIX_DURATION: '2s' }).rampUpMs, 2_000);
  });

  for (const [env, names] of [
    [{}, /FAULTFLIX_ROUTERS/],
    [{ FAULTFLIX_ROUTERS: '{}' }, /FAULTFLIX_ROUTERS/],
    [{ FAULTFLIX_ROUTERS: routers, FAULTFLIX_DURATION: '-3s' }, /FAULTFLIX_DURATION/],
    [{ FAULTFLIX_ROUTERS: routers, FAULTFLIX_VIEWERS: 'many' }, /FAULTFLIX_VIEWERS/],
    [{ FAULTFLIX_ROUTERS: routers, FAULTFLIX_VIEWERS: '1.5' }, /FAULTFLIX_VIEWERS/],
  ] as const) {
    it(`refuses ${JSON.stringify(env)}`, () => assert.throws(() => settingsOf(env), names));
  }
});
