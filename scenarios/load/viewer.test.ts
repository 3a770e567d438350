import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acknowledgedPlays } from '../audit/checkers/acknowledged-plays.ts';
import { HistoryReader } from '../audit/history.ts';
import type { PlayedLine } from './stream.ts';
import { type DriveResult, drive, failedOf, mergeOf, sumOf } from './testing/drive-process.ts';
import { type Fixture, startFixture } from './testing/fixture.ts';

const few = { FAULTFLIX_VIEWERS: '3', FAULTFLIX_RAMP_UP: '0s', FAULTFLIX_DURATION: '4s', FAULTFLIX_TITLE: '2s' };

interface Watch {
  readonly fixture: Fixture;
  readonly result: DriveResult;
}

/** Viewers on a stand-in platform that `arrange` has made ill. */
async function watch(arrange: (fixture: Fixture) => void, env: Record<string, string> = {}): Promise<Watch> {
  const fixture = await startFixture({ routers: 2, edges: 2 });
  try {
    arrange(fixture);
    const result = await drive(['viewer.ts', '--stream', '--driver', 'embedded'], { ...fixture.env, ...few, ...env })
      .done;
    return { fixture, result };
  } finally {
    await fixture.close();
  }
}

const started = ({ buckets }: DriveResult) => sumOf(buckets, ({ starts }) => starts.ok);
const notStarted = ({ buckets }: DriveResult) => sumOf(buckets, ({ starts }) => starts.failed);
const retried = ({ buckets }: DriveResult) => mergeOf(buckets, (bucket) => bucket.retried);
const errors = ({ buckets }: DriveResult) => mergeOf(buckets, (bucket) => bucket.errors);
const failed = ({ buckets }: DriveResult) => Object.values(failedOf(buckets)).reduce((sum, each) => sum + each, 0);
const audit = ({ raw }: DriveResult) => {
  const reader = new HistoryReader();
  for (const line of raw.split('\n')) reader.add(line);
  return acknowledgedPlays(reader.history());
};

describe('viewers', { concurrency: 3 }, () => {
  it('watch: the stream is whole, and nothing fails on a healthy platform', async () => {
    const { fixture, result } = await watch(() => undefined);
    const { lines, buckets } = result;
    assert.equal(result.exitCode, 0, result.stderr);
    assert.deepEqual([lines[0]?.type, lines.at(-2)?.type, lines.at(-1)?.type], ['start', 'summary', 'end']);
    assert.deepEqual(
      buckets.map(({ atMs }) => atMs - buckets[0]!.atMs),
      buckets.map((_, index) => index * 100),
    );
    assert.equal(failed(result), 0);
    assert.deepEqual(retried(result), {});
    assert.ok(started(result) >= 3);
    assert.equal(notStarted(result), 0);
    assert.equal(
      sumOf(buckets, ({ rebufferMs }) => rebufferMs),
      0,
    );
    assert.ok(sumOf(buckets, ({ playingMs }) => playingMs) > 3_000);
    assert.equal(Math.max(...buckets.map(({ viewers }) => viewers)), 3);
    const kinds = new Set(buckets.flatMap(({ requests }) => Object.keys(requests)));
    assert.deepEqual([...kinds].sort(), ['browse', 'heartbeat', 'manifest', 'segment', 'session', 'start']);
    assert.equal(audit(result).verdict, 'ok');
    // One segment of each track every two seconds once the buffer is full: at playing speed, not as fast as it can.
    assert.ok(fixture.edges.reduce((sum, { seen }) => sum + seen.length, 0) < 3 * 4 * 20);
  });

  it('go to the next edge when one refuses, resets, or dies in the middle of a segment, and do not notice', async () => {
    const ill = await Promise.all([
      watch(({ edges }) => void edges[0]!.kill()),
      watch(({ edges }) => Object.assign(edges[0]!, { treat: () => 'reset' })),
      watch(({ edges }) => Object.assign(edges[0]!, { treat: () => ({ fail: 503 }) })),
      watch(({ edges }) => {
        edges[0]!.treat = ({ path }) => (path.endsWith('.m4s') ? 'truncate' : 'serve');
      }),
    ]);
    for (const { result } of ill) {
      assert.equal(failed(result), 0, JSON.stringify(errors(result)));
      assert.equal(notStarted(result), 0);
      assert.ok(started(result) >= 3);
      assert.ok(
        Object.keys(retried(result)).some((key) => /^(manifest|segment):/.test(key)),
        JSON.stringify(retried(result)),
      );
    }
    assert.ok(retried(ill[0]!.result)['manifest:1212']);
    assert.ok(retried(ill[2]!.result)['manifest:1503']);
    assert.ok(Object.keys(retried(ill[3]!.result)).some((key) => key.startsWith('segment:')));
  });

  it('go to the other router when one is gone', async () => {
    const { result } = await watch(({ routers }) => void routers[0]!.kill());
    assert.equal(failed(result), 0, JSON.stringify(errors(result)));
    assert.ok(retried(result)['session:1212']);
    assert.ok(started(result) >= 3);
  });

  it('see it when no router and when no edge can do it', async () => {
    const starts = await watch(({ routers }) => {
      for (const router of routers) router.treat = ({ path }) => (path === '/v1/play' ? { fail: 503 } : 'serve');
    });
    assert.equal(started(starts.result), 0);
    assert.ok(notStarted(starts.result) >= 3);
    assert.equal(errors(starts.result)['start:1503'], notStarted(starts.result));
    assert.equal(audit(starts.result).verdict, 'no-data');
    const edges = await watch((fixture) => {
      for (const edge of fixture.edges) edge.treat = () => ({ fail: 404 });
    });
    assert.equal(started(edges.result), 0);
    assert.ok(errors(edges.result)['manifest:1404']);
    assert.equal(audit(edges.result).verdict, 'lost');
  });

  it('stall when video comes slower than it plays', async () => {
    const slow = ({ path }: { path: string }) => (path.endsWith('.m4s') ? { afterMs: 2_600 } : ('serve' as const));
    const { result } = await watch(
      ({ edges }) => {
        for (const edge of edges) edge.treat = slow;
      },
      { FAULTFLIX_DURATION: '7s', FAULTFLIX_TITLE: '20s' },
    );
    assert.equal(failed(result), 0);
    assert.ok(sumOf(result.buckets, ({ rebufferMs }) => rebufferMs) > 0);
    const delays = result.buckets.flatMap(({ startupDelayMs }) => startupDelayMs.map(([value]) => value));
    assert.ok(Math.min(...delays) >= 2_600);
  });

  it('report a play that the platform denies after it had acknowledged it', async () => {
    const { result } = await watch(({ routers }) => {
      for (const router of routers) router.treat = ({ path }) => (path === '/v1/heartbeat' ? { fail: 404 } : 'serve');
    });
    const refusals = result.lines.filter(
      (line): line is PlayedLine => line.type === 'played' && line.event === 'refused',
    );
    assert.ok(refusals.length > 0);
    assert.deepEqual([refusals[0]?.by, refusals[0]?.code], ['heartbeat', '1404']);
    assert.equal(audit(result).verdict, 'lost');
  });

  it('are the same viewers with the same seed', async () => {
    const order = async (seed: string) => {
      const fixture = await startFixture({ routers: 1, edges: 1 });
      const env = { ...fixture.env, ...few, FAULTFLIX_VIEWERS: '1', FAULTFLIX_SEED: seed, FAULTFLIX_TITLE: '500ms' };
      const { lines } = await drive(['viewer.ts', '--stream', '--driver', 'embedded'], env).done;
      await fixture.close();
      const acknowledged = lines.filter((line) => line.type === 'played' && line.event === 'acknowledged');
      return acknowledged.map((line) => (line as PlayedLine).title).slice(0, 4);
    };
    const [one, again] = await Promise.all([order('7'), order('7')]);
    assert.ok(one!.length === 4, `${one}`);
    assert.deepEqual(one, again);
  });
});
