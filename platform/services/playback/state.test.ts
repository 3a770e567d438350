import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { type Clock, systemClock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { createMetrics } from '#kit/metrics.ts';
import { lateStore } from '#platform/stores/late-store.ts';
import { patienceDefaults } from '#platform/stores/patience.ts';
import type { Store, StoredEvent } from '#platform/stores/store.ts';
import { memoryStore } from '#platform/stores/testing.ts';
import { leaseDefaults } from './leases.ts';
import { State, type Stream } from './state.ts';

const code = (wanted: string) => (error: unknown) => error instanceof FaultflixError && error.code === wanted;
const stream = (device: string, changed: Partial<Stream> = {}): Stream => ({
  ...{ account: 'a1', profile: 'p1', session: `session-${device}`, playback: `playback-${device}`, titleId: 't1' },
  ...changed,
});
const two = { maxStreams: 2, lengthMs: 100_000 };

interface Made {
  readonly store?: Store;
}

function made({ store }: Made = {}) {
  const clock: Clock & { atMs: number } = {
    atMs: 1_800_000_000_000,
    now: () => clock.atMs,
    sleep: systemClock.sleep,
  };
  const metrics = createMetrics();
  const kept = store ?? memoryStore({ service: 'playback', clock });
  const state = new State({ store: kept, clock, metrics });
  const out = async () => (await metrics.registry.getSingleMetric('faultflix_playback_state_out_total')!.get()).values;
  return { clock, state, kept, out, another: () => new State({ store: kept, clock, metrics }) };
}

describe('an account’s streams', () => {
  it('are as many as its plan has, over all pods, and each gives its place back', async () => {
    const { state, another } = made();
    await state.start(stream('tv'), two);
    await another().start(stream('phone'), two);
    await assert.rejects(state.start(stream('tablet'), two), code('conflict'));
    await state.start(stream('tv'), two); // the same start again
    await state.start(stream('other', { account: 'a2' }), two);
    await another().stop(stream('phone'));
    await state.start(stream('tablet'), two);
  });

  it('never exceed the plan however many begin at once', async () => {
    const { state, another } = made();
    const devices = Array.from({ length: 6 }, (_, i) => stream(`d${i}`, { profile: '' }));
    const starts = await Promise.allSettled(devices.map((each, i) => (i % 2 ? state : another()).start(each, two)));
    assert.equal(starts.filter(({ status }) => status === 'fulfilled').length, 2);
    for (const start of starts) if (start.status === 'rejected') assert(code('conflict')(start.reason), start.reason);
  });

  it('run out when no heartbeat comes, and go on while they do', async () => {
    const { state, clock } = made();
    await state.start(stream('tv'), two);
    await state.start(stream('phone'), two);
    clock.atMs += leaseDefaults.ttlMs - 1;
    await state.beat(stream('tv'), { positionMs: 1, lengthMs: undefined });
    clock.atMs += 1;
    await state.start(stream('tablet'), two);
    await assert.rejects(state.beat(stream('phone'), { positionMs: 1, lengthMs: undefined }), code('gone'));
    await state.stop(stream('tablet'));
    await state.beat(stream('phone'), { positionMs: 1, lengthMs: undefined });
  });

  it('give a viewer who chooses another title the place of the one before', async () => {
    const { state } = made();
    const one = { ...two, maxStreams: 1 };
    await state.start(stream('tv'), one);
    await state.start(stream('tv', { playback: 'second', titleId: 't2' }), one);
    await assert.rejects(state.beat(stream('tv'), { positionMs: 1, lengthMs: undefined }), code('gone'));
    await state.beat(stream('tv', { playback: 'second' }), { positionMs: 1, lengthMs: undefined });
  });
});

describe('what a profile watches', () => {
  it('goes on where it stopped, the latest first, from the beginning after the end', async () => {
    const { state, clock } = made();
    assert.equal(await state.start(stream('tv'), two), 0);
    await state.beat(stream('tv'), { positionMs: 40_000, lengthMs: 100_000 });
    clock.atMs += 1;
    await state.start(stream('tv', { playback: 'p2', titleId: 't2' }), two);
    assert.equal(await state.start(stream('tv', { playback: 'p3' }), two), 40_000);
    assert.deepEqual(
      (await state.positions('p1')).map(({ titleId, positionMs }) => [titleId, positionMs]),
      [
        ['t1', 40_000],
        ['t2', 0],
      ],
    );
    await state.beat(stream('tv', { playback: 'p3' }), { positionMs: 90_000, lengthMs: 100_000 });
    assert.equal(await state.start(stream('tv', { playback: 'p4' }), two), 0);
    assert.deepEqual(await state.positions('nobody'), []);
  });

  it('is said once when it begins and once when it ends', async () => {
    const { state, kept } = made();
    await state.start(stream('tv'), two);
    await state.start(stream('tv'), two);
    for (const positionMs of [10_000, 20_000, 95_000, 99_000, 20_000])
      await state.beat(stream('tv'), { positionMs, lengthMs: 100_000 });
    const events: StoredEvent[] = [];
    const ending = new AbortController();
    const timeout = setTimeout(() => ending.abort(), 30_000);
    await kept.consume({
      consumer: 'test',
      types: ['profile.watched'],
      handle: async (event) => {
        events.push(event);
        if (events.length === 2) ending.abort();
      },
      signal: ending.signal,
    });
    clearTimeout(timeout);
    assert.deepEqual(
      events.map(({ subject, data }) => ({ subject, data })),
      [
        { subject: 'p1', data: { titleId: 't1', kind: 'play', positionMs: 0 } },
        { subject: 'p1', data: { titleId: 't1', kind: 'finish', positionMs: 95_000 } },
      ],
    );
  });
});

describe('without a store', () => {
  const dead = (open: () => Promise<Store>) =>
    made({ store: lateStore({ open, clock: systemClock, log: pino({ enabled: false }), meanwhile: '' }) });
  const outOf = async (): Promise<Store> => {
    throw new FaultflixError('could-not-run', 'no Secret');
  };

  it('streams start without a limit, go on and stop, and it is counted; positions say that they are out', async () => {
    const { state, out, clock } = dead(outOf);
    for (const device of ['1', '2', '3', '4']) assert.equal(await state.start(stream(device), two), 0);
    await state.beat(stream('1'), { positionMs: 1, lengthMs: undefined });
    await state.stop(stream('1'));
    await assert.rejects(state.positions('p1'), code('unavailable'));
    const counts = (await out()).map(({ labels, value }) => [labels.what, labels.why, value]);
    assert.deepEqual(counts, [
      ['start', 'unavailable', 1],
      ['start', 'resting', 3],
      ['heartbeat', 'resting', 1],
      ['stop', 'resting', 1],
    ]);
    clock.atMs += patienceDefaults.restMs;
    await state.start(stream('5'), two);
    assert.equal((await out()).find(({ labels }) => labels.why === 'unavailable')!.value, 2, 'it is asked again');
  });

  it('that comes later the limit holds again', async () => {
    const live = made();
    const turns = [outOf, async () => live.kept];
    const { state, clock } = dead(() => turns.shift()!());
    await state.start(stream('1'), two);
    clock.atMs += patienceDefaults.restMs;
    await state.start(stream('2'), two);
    await state.start(stream('3'), two);
    await assert.rejects(state.start(stream('4'), two), code('conflict'));
  });

  it('that does not answer nobody waits long', async (t) => {
    const { state, out } = dead(() => new Promise(() => undefined));
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const started = state.start(stream('1'), two);
    t.mock.timers.tick(patienceDefaults.waitMs);
    assert.equal(await started, 0);
    assert.equal((await out())[0]!.labels.why, 'deadline-exceeded');
  });
});
