/** The pipeline's decisions, over connections that do what the test says. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { pino } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { ErrorCode } from '#base/errors.ts';
import type { Region } from '#base/names.ts';
import { seededRng } from '#base/rng.ts';
import { createMetrics } from '../metrics.ts';
import { freshContext } from '../propagation.ts';
import { runWithRequest } from '../request-context.ts';
import { CallFailure, type FailureKind } from '../resilience/call-failure.ts';
import { type GuardName, SwitchableGuards } from '../resilience/guards.ts';
import { HedgeDelay } from '../resilience/hedging.ts';
import { StaticEndpoints } from '../testing/static-endpoints.ts';
import { Callee } from './callee.ts';
import type { Connection } from './connection.ts';
import { calleeReporter } from './reporter.ts';

type Behaviour = 'well' | 'hangs' | readonly [FailureKind, ErrorCode, 'relayed'?];

class Door implements Connection {
  ready = true;
  retired = false;
  calls = 0;
  readonly id: string;
  behaviour: Behaviour = 'well';
  release: (error?: CallFailure) => void = () => undefined;

  constructor(id: string) {
    this.id = id;
  }

  async ask(signal?: AbortSignal): Promise<string> {
    this.calls += 1;
    if (this.behaviour === 'well') return this.id;
    if (this.behaviour === 'hangs') {
      return new Promise((_, reject) => {
        const gone = () => reject(new CallFailure(`${this.id}: given up`, { kind: 'cancelled', code: 'cancelled' }));
        signal?.addEventListener('abort', gone, { once: true });
        this.release = (error) => (error ? reject(error) : gone());
      });
    }
    const [kind, code, relayed] = this.behaviour;
    throw new CallFailure(`${this.id}: ${kind}`, { kind, code, relayed: relayed !== undefined });
  }

  async probe(): Promise<void> {
    if (this.behaviour !== 'well') throw new Error('still unwell');
  }

  retire(): void {
    this.retired = true;
  }
}

/** Time that passes only when something sleeps, and then at once. */
function sleepyClock() {
  let nowMs = 1_000_000;
  const clock: Clock = {
    now: () => nowMs,
    sleep: async (ms, signal) => {
      if (signal?.aborted) throw signal.reason;
      nowMs += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  return { clock, pass: (ms: number) => (nowMs += ms) };
}

const connectFailure: Behaviour = ['connect', 'unavailable'];
const lost: Behaviour = ['lost', 'unavailable'];

function world(pods: Readonly<Record<string, Region>>, off: readonly GuardName[] = []) {
  const doors = new Map<string, Door>();
  const list = (from: Readonly<Record<string, Region>>) =>
    Object.entries(from).map(([id, region], i) => ({ id, region, port: i + 1 }));
  const endpoints = new StaticEndpoints('catalog', list(pods));
  const guards = new SwitchableGuards();
  guards.set(Object.fromEntries(off.map((name) => [name, 'off'])));
  const { clock, pass } = sleepyClock();
  const reporter = calleeReporter({ callee: 'catalog', metrics: createMetrics(), log: pino({ enabled: false }) });
  const callee = new Callee<Door>({
    name: 'catalog',
    place: 'us-east-1',
    endpoints,
    connect: ({ id }) => {
      const door = new Door(id);
      doors.set(id, door);
      return door;
    },
    guards,
    clock,
    rng: seededRng(7),
    reporter,
  });
  const method = reporter.method('getTitle');
  const call = (options: { repeatable?: boolean; timeoutMs?: number; stickyKey?: string } = {}) =>
    callee.call({ reporter: method, repeatable: true, ...options }, (door) => door.ask());
  return { callee, call, door: (id: string) => doors.get(id)!, endpoints, list, guards, pass };
}

const pair = { a: 'us-east-1', b: 'us-east-1' } as const;
const twoRegions = { ...pair, c: 'us-west-2', d: 'us-west-2' } as const;

describe('a callee', () => {
  it('tries what failed on another endpoint, and ejects the one that broke', async () => {
    const { call, door, callee } = world(pair);
    door('a').behaviour = lost;
    for (let i = 0; i < 50; i++) assert.equal(await call(), 'b');
    assert.equal(door('a').calls, 1);
    assert.equal(callee.pool.ejectedCount, 1);
    callee.close();
  });

  it('with ejection off, goes on asking the broken one', async () => {
    const { call, door, callee } = world(pair, ['outlier-ejection', 'breaker']);
    door('a').behaviour = lost;
    for (let i = 0; i < 50; i++) assert.equal(await call(), 'b');
    assert.ok(door('a').calls > 10);
    callee.close();
  });

  it('with retries off, fails with the first', async () => {
    const { call, door, callee } = world(pair, ['retries']);
    door('a').behaviour = connectFailure;
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => call()));
    assert.ok(results.some(({ status }) => status === 'rejected'));
    callee.close();
  });

  it('never asks the endpoint again on which the call just failed', async () => {
    const { call, door, callee } = world({ only: 'us-east-1' });
    door('only').behaviour = lost;
    await assert.rejects(call(), { code: 'unavailable', message: 'only: lost' });
    assert.equal(door('only').calls, 1);
    callee.close();
  });

  it('does not repeat what may have been done, unless it is safe; but what was never sent', async () => {
    const { call, door, callee } = world(pair, ['outlier-ejection']);
    door('a').behaviour = lost;
    door('b').behaviour = lost;
    await assert.rejects(call({ repeatable: false }));
    assert.equal(door('a').calls + door('b').calls, 1);
    door('a').behaviour = connectFailure;
    door('b').behaviour = connectFailure;
    await assert.rejects(call({ repeatable: false }));
    assert.equal(door('a').calls + door('b').calls, 3);
    callee.close();
  });

  it('asks the own region, and another when nobody is well there', async () => {
    const { call, door, callee } = world(twoRegions);
    for (let i = 0; i < 20; i++) assert.match(await call(), /[ab]/);
    door('a').behaviour = connectFailure;
    door('b').behaviour = connectFailure;
    for (let i = 0; i < 20; i++) assert.match(await call(), /[cd]/);
    callee.close();
  });

  it('with region preference off, stays and fails', async () => {
    const { call, door, callee } = world(twoRegions, ['region-preference']);
    door('a').behaviour = connectFailure;
    door('b').behaviour = connectFailure;
    await assert.rejects(call(), { code: 'unavailable' });
    assert.equal(door('c').calls + door('d').calls, 0);
    callee.close();
  });

  it('opens the breaker of a region whose pods fail, and asks the other region', async () => {
    const { call, door, callee } = world(twoRegions, ['outlier-ejection']);
    door('a').behaviour = lost;
    door('b').behaviour = lost;
    for (let i = 0; i < 40; i++) await call();
    assert.equal(callee.breakerOf('us-east-1').state, 'open');
    const before = door('a').calls + door('b').calls;
    for (let i = 0; i < 40; i++) assert.match(await call(), /[cd]/);
    assert.equal(door('a').calls + door('b').calls, before);
    callee.close();
  });

  it('fails at once when every breaker is open', async () => {
    const { call, door, callee } = world(pair, ['outlier-ejection', 'retries']);
    door('a').behaviour = lost;
    door('b').behaviour = lost;
    for (let i = 0; i < 30; i++) await call().catch(() => undefined);
    const before = door('a').calls + door('b').calls;
    await assert.rejects(call(), { code: 'guard-refused' });
    assert.equal(door('a').calls + door('b').calls, before);
    callee.close();
  });

  it('spends no more retries than the budget has; off, one for each failure and more', async () => {
    const off: GuardName[] = ['outlier-ejection', 'breaker'];
    const attempts = async (guards: GuardName[]) => {
      const { call, door, callee } = world(pair, guards);
      door('a').behaviour = lost;
      door('b').behaviour = lost;
      for (let i = 0; i < 1_000; i++) await call().catch(() => undefined);
      callee.close();
      return door('a').calls + door('b').calls;
    };
    assert.ok((await attempts(off)) <= 1_000 + 100 + 200);
    assert.equal(await attempts([...off, 'retry-budget']), 2_000);
  });

  it('gives a callee what its own caller has left, and makes no call that has nothing', async () => {
    const { callee, pass } = world(pair);
    const seen: (number | undefined)[] = [];
    const reporter = { succeeded() {}, failed() {}, retried() {}, overBudget() {}, hedged() {} };
    const within = (leftMs: number) =>
      runWithRequest({ ...freshContext('browsing'), deadlineAtMs: 1_000_000 + leftMs }, () =>
        callee.call({ reporter, repeatable: false }, async (_door, { atMs }) => void seen.push(atMs)),
      );
    await within(300);
    await within(60_000);
    assert.deepEqual(seen, [1_000_250, 1_002_000]);
    pass(400);
    await assert.rejects(within(300), { code: 'deadline-exceeded' });
    assert.equal(seen.length, 2);
    callee.close();
  });

  it('tells a callee far away that it has less, so that its answer arrives in time', async () => {
    const { callee } = world({ w: 'us-west-2' });
    const reporter = { succeeded() {}, failed() {}, retried() {}, overBudget() {}, hedged() {} };
    const seen = await callee.call({ reporter, repeatable: true }, async (_door, deadline) => deadline);
    assert.deepEqual(seen, { atMs: 1_002_000, thereAtMs: 1_001_935 });
    callee.close();
  });

  it('blames nobody who passes on what a call of its own came to', async () => {
    const { call, door, callee } = world(pair);
    for (const id of ['a', 'b']) door(id).behaviour = ['answer', 'unavailable', 'relayed'];
    for (let i = 0; i < 100; i++) await assert.rejects(call(), { code: 'unavailable' });
    assert.equal(callee.pool.ejectedCount, 0);
    assert.equal(callee.breakerOf('us-east-1').state, 'closed');
    callee.close();
  });

  describe('that hedges its reads', () => {
    /** One whose calls count as slow after 10 ms; an endless clock makes every sleep end at once. */
    const known = () => {
      const hedge = new HedgeDelay();
      for (let i = 0; i < 40; i++) hedge.observe(5);
      return hedge;
    };
    const hedging = (pods: Readonly<Record<string, Region>>, off: readonly GuardName[] = []) => {
      const made = world(pods, off);
      const counted = { succeeded: 0, failed: 0, hedged: 0 };
      const reporter = {
        succeeded: () => void counted.succeeded++,
        failed: () => void counted.failed++,
        retried() {},
        overBudget() {},
        hedged: () => void counted.hedged++,
      };
      const read = (hedge = known()) =>
        made.callee.call({ reporter, repeatable: true, hedge }, (door, _deadline, signal) => door.ask(signal));
      return { ...made, counted, read };
    };

    it('asks another when one takes its time, and takes the first answer; the loser is nobody’s failure', async () => {
      const { read, door, counted, callee } = hedging(pair);
      door('a').behaviour = 'hangs';
      for (let i = 0; i < 40; i++) assert.equal(await read(), 'b');
      assert.ok(door('a').calls > 0);
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(counted, { succeeded: 40, failed: 0, hedged: door('a').calls });
      assert.equal(callee.pool.ejectedCount, 0);
      callee.close();
    });

    it('learns of the slow one’s slowness though it never answers: it is asked less and less', async () => {
      const { read, door, pass, callee } = hedging(pair);
      door('a').behaviour = 'hangs';
      for (let i = 0; i < 200; i++) {
        assert.equal(await read(), 'b');
        pass(1);
      }
      assert.ok(door('a').calls < 40, `${door('a').calls} of 200`);
      callee.close();
    });

    for (const [why, off, pods] of [
      ['with hedging off', ['hedging'], pair],
      ['where there is nobody else', [], { a: 'us-east-1' }],
    ] as const)
      it(`waits ${why}`, async () => {
        const { read, door, counted, callee } = hedging(pods, off);
        for (const id of Object.keys(pods)) door(id).behaviour = 'hangs';
        const answer = read();
        for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
        assert.equal(counted.hedged, 0);
        for (const id of Object.keys(pods))
          door(id).release(new CallFailure('no', { kind: 'answer', code: 'not-found' }));
        await assert.rejects(answer, { code: 'not-found' });
        callee.close();
      });

    it('fails when both legs have failed, and spends no more than the retry budget', async () => {
      const { read, door, counted, callee } = hedging(pair, ['outlier-ejection', 'breaker', 'retries']);
      for (const id of ['a', 'b']) door(id).behaviour = 'hangs';
      let left = 300;
      while (left-- > 0) {
        const answer = read();
        const refused = assert.rejects(answer, { code: 'not-found' });
        for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
        for (const id of ['a', 'b']) door(id).release(new CallFailure('no', { kind: 'answer', code: 'not-found' }));
        await refused;
      }
      assert.equal(counted.failed, 300 + counted.hedged);
      assert.ok(counted.hedged > 0 && counted.hedged <= 100 + 60, `${counted.hedged} hedges`);
      callee.close();
    });
  });

  it('has no more calls out to one callee than its bulkhead has room for; off, as many as come', async () => {
    for (const [off, refused] of [
      [[], 44],
      [['bulkhead'], 0],
    ] as const) {
      const { call, door, callee } = world(pair, off);
      for (const id of ['a', 'b']) door(id).behaviour = 'hangs';
      const codes: string[] = [];
      for (let i = 0; i < 300; i++) call().catch((error) => codes.push(error.code));
      for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
      assert.equal(codes.filter((code) => code === 'guard-refused').length, refused);
      callee.close();
    }
  });

  it('with deadlines off, sets none', async () => {
    const { callee, guards } = world(pair);
    guards.set({ deadline: 'off' });
    const reporter = { succeeded() {}, failed() {}, retried() {}, overBudget() {}, hedged() {} };
    const seen = await callee.call({ reporter, repeatable: true }, async (_door, deadline) => deadline);
    assert.deepEqual(seen, { atMs: undefined, thereAtMs: undefined });
    callee.close();
  });

  it('lets an ejected endpoint in again after a probe, not before', async () => {
    const { call, door, callee } = world(pair);
    door('a').behaviour = lost;
    for (let i = 0; i < 10; i++) await call();
    assert.equal(callee.pool.ejectedCount, 1);
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(callee.pool.ejectedCount, 1);
    door('a').behaviour = 'well';
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(callee.pool.ejectedCount, 0);
    const answered = new Set<string>();
    for (let i = 0; i < 50; i++) answered.add(await call());
    assert.deepEqual([...answered].sort(), ['a', 'b']);
    callee.close();
  });

  it('follows the list: retires what is gone, takes what is new', async () => {
    const { call, door, endpoints, list, callee } = world(pair);
    const gone = door('a');
    endpoints.set(list({ b: 'us-east-1', n: 'us-east-1' }));
    assert.ok(gone.retired && !door('b').retired);
    const answered = new Set<string>();
    for (let i = 0; i < 50; i++) answered.add(await call());
    assert.deepEqual([...answered].sort(), ['b', 'n']);
    callee.close();
    assert.ok(door('b').retired && door('n').retired);
  });

  it('says whom it knows when nobody can be asked', async () => {
    const { call, callee } = world({});
    await assert.rejects(call(), { code: 'unavailable', received: 'none' });
    callee.close();
  });

  it('keeps a key with one endpoint while that is well', async () => {
    const { call, door, callee } = world({ ...pair, e: 'us-east-1' });
    const first = await call({ stickyKey: 'viewer' });
    for (let i = 0; i < 20; i++) assert.equal(await call({ stickyKey: 'viewer' }), first);
    door(first).behaviour = lost;
    const second = await call({ stickyKey: 'viewer' });
    assert.notEqual(second, first);
    assert.equal(await call({ stickyKey: 'viewer' }), second);
    callee.close();
  });

  it('prefers an endpoint that is connected', async () => {
    const { call, door, callee } = world(pair);
    door('a').ready = false;
    for (let i = 0; i < 30; i++) assert.equal(await call(), 'b');
    callee.close();
  });

  it('picks only endpoints that are well, whichever are not', async () => {
    const ids = ['a', 'b', 'c', 'd'] as const;
    await fc.assert(
      fc.asyncProperty(fc.subarray([...ids], { maxLength: 2 }), async (unwell) => {
        const { call, door, callee } = world(twoRegions);
        for (const id of unwell) door(id).behaviour = connectFailure;
        for (let i = 0; i < 30; i++) await call();
        const before = new Map(unwell.map((id) => [id, door(id).calls]));
        for (let i = 0; i < 30; i++) assert.ok(!unwell.includes((await call()) as never));
        for (const id of unwell) assert.ok(door(id).calls <= 1 && door(id).calls === before.get(id));
        callee.close();
      }),
      { numRuns: 30 },
    );
  });
});
