import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acknowledgedPlays } from '../audit/checkers/acknowledged-plays.ts';
import { HistoryReader } from '../audit/history.ts';
import type { Line, PlayedLine } from './stream.ts';
import { bucketsOf, type DriveResult, drive, failedOf, mergeOf, sumOf } from './testing/drive-process.ts';
import { type Fixture, startFixture } from './testing/fixture.ts';

const few = { FAULTFLIX_VIEWERS: '3', FAULTFLIX_RAMP_UP: '0s', FAULTFLIX_TITLE: '2s' };
/** Runs end when enough was seen; a slow machine only takes longer. */
const patient = { FAULTFLIX_DURATION: '90s', FAULTFLIX_TIMEOUT: '30s' };

interface Watch {
  readonly arrange?: (fixture: Fixture) => void;
  /** What has to be seen before the viewers are stopped. */
  readonly until: (lines: readonly Line[]) => boolean;
  readonly env?: Record<string, string>;
}

/** Viewers on a stand-in platform that `arrange` has made ill. */
async function watch({ arrange, until, env = {} }: Watch): Promise<{ fixture: Fixture; result: DriveResult }> {
  const fixture = await startFixture({ routers: 2, edges: 2 });
  try {
    arrange?.(fixture);
    const viewers = drive(['viewer.ts', '--stream', '--driver', 'embedded'], {
      ...fixture.env,
      ...few,
      ...patient,
      ...env,
    });
    await viewers.until(until);
    viewers.child.kill('SIGTERM');
    return { fixture, result: await viewers.done };
  } finally {
    await fixture.close();
  }
}

const started = (lines: readonly Line[]) => sumOf(bucketsOf(lines), ({ starts }) => starts.ok);
const notStarted = (lines: readonly Line[]) => sumOf(bucketsOf(lines), ({ starts }) => starts.failed);
const retried = (lines: readonly Line[]) => mergeOf(bucketsOf(lines), (bucket) => bucket.retried);
const errors = (lines: readonly Line[]) => mergeOf(bucketsOf(lines), (bucket) => bucket.errors);
const rebuffered = (lines: readonly Line[]) => sumOf(bucketsOf(lines), ({ rebufferMs }) => rebufferMs);
const failed = (lines: readonly Line[]) =>
  Object.values(failedOf(bucketsOf(lines))).reduce((sum, each) => sum + each, 0);
const plays = (lines: readonly Line[], event: PlayedLine['event']) =>
  lines.filter((line): line is PlayedLine => line.type === 'played' && line.event === event);
const audit = ({ raw }: DriveResult) => {
  const reader = new HistoryReader();
  for (const line of raw.split('\n')) reader.add(line);
  return acknowledgedPlays(reader.history());
};

describe('viewers', { concurrency: 2 }, () => {
  it('watch: the stream is whole, and nothing fails on a healthy platform', async () => {
    const { fixture, result } = await watch({ until: (lines) => started(lines) >= 6 });
    const { lines, buckets } = result;
    assert.deepEqual([lines[0]?.type, lines.at(-2)?.type, lines.at(-1)?.type], ['start', 'summary', 'end']);
    assert.deepEqual(
      buckets.map(({ atMs }) => atMs - buckets[0]!.atMs),
      buckets.map((_, index) => index * 100),
    );
    assert.equal(failed(lines), 0);
    assert.deepEqual(retried(lines), {});
    assert.equal(notStarted(lines), 0);
    assert.ok(sumOf(buckets, ({ playingMs }) => playingMs) > 0);
    assert.equal(Math.max(...buckets.map(({ viewers }) => viewers)), 3);
    const kinds = new Set(buckets.flatMap(({ requests }) => Object.keys(requests)));
    assert.deepEqual([...kinds].sort(), ['browse', 'heartbeat', 'manifest', 'segment', 'session', 'start']);
    assert.equal(audit(result).verdict, 'ok');
    // At playing speed, not as fast as it can: at most 8 s of buffer and what was watched, two tracks, 2 s a segment.
    const segments = sumOf(buckets, ({ requests }) => requests.segment?.ok ?? 0);
    assert.ok(segments <= started(lines) * 2 * (1 + (8 + 3) / 2 + 5), `${segments}`);
    assert.ok(fixture.edges.some(({ seen }) => seen.some((call) => call.endsWith('.m4s'))));
  });

  const ills: [name: string, arrange: (edge: Fixture['edges'][number]) => unknown, seen: RegExp][] = [
    ['refuses', (edge) => edge.kill(), /^manifest:1212$/],
    ['resets', (edge) => Object.assign(edge, { treat: () => 'reset' }), /^manifest:(1000|1220)$/],
    ['answers 503', (edge) => Object.assign(edge, { treat: () => ({ fail: 503 }) }), /^manifest:1503$/],
    [
      'dies in the middle of a segment',
      (edge) =>
        Object.assign(edge, { treat: ({ path }: { path: string }) => (path.endsWith('.m4s') ? 'truncate' : 'serve') }),
      /^segment:(1000|1220)$/,
    ],
  ];
  for (const [name, arrange, seen] of ills) {
    it(`go to the next edge when one ${name}, and do not notice`, async () => {
      const { result } = await watch({
        arrange: ({ edges }) => void arrange(edges[0]!),
        until: (lines) => started(lines) >= 4 && Object.keys(retried(lines)).some((key) => seen.test(key)),
      });
      assert.equal(failed(result.lines), 0, JSON.stringify(errors(result.lines)));
      assert.equal(notStarted(result.lines), 0);
    });
  }

  it('go to the next edge when one does not answer in time', async () => {
    const { result } = await watch({
      arrange: ({ edges }) => Object.assign(edges[0]!, { treat: () => 'hang' }),
      until: (lines) => started(lines) >= 1 && (retried(lines)['manifest:1050'] ?? 0) >= 1,
      env: { FAULTFLIX_TIMEOUT: '2s' },
    });
    const delays = result.buckets.flatMap(({ startupDelayMs }) => startupDelayMs.map(([value]) => value));
    assert.ok(Math.max(...delays) >= 2_000, 'the viewer waited, and the start-up delay says so');
  });

  it('go to the other router when one is gone', async () => {
    const { result } = await watch({
      arrange: ({ routers }) => void routers[0]!.kill(),
      until: (lines) => started(lines) >= 3,
    });
    assert.equal(failed(result.lines), 0, JSON.stringify(errors(result.lines)));
    assert.ok(retried(result.lines)['session:1212']);
  });

  it('see it when no router can start a title', async () => {
    const { result } = await watch({
      arrange: ({ routers }) => {
        for (const router of routers) router.treat = ({ path }) => (path === '/v1/play' ? { fail: 503 } : 'serve');
      },
      until: (lines) => notStarted(lines) >= 3,
    });
    assert.equal(started(result.lines), 0);
    assert.equal(errors(result.lines)['start:1503'], notStarted(result.lines));
    assert.equal(audit(result).verdict, 'no-data');
  });

  it('see it when no edge has the title, and the auditor calls the acknowledged plays lost', async () => {
    const { result } = await watch({
      arrange: ({ edges }) => {
        for (const edge of edges) edge.treat = () => ({ fail: 404 });
      },
      until: (lines) => notStarted(lines) >= 3,
    });
    assert.equal(started(result.lines), 0);
    assert.ok(errors(result.lines)['manifest:1404']);
    assert.equal(audit(result).verdict, 'lost');
  });

  it('stall when video comes slower than it plays', async () => {
    const { result } = await watch({
      arrange: ({ edges }) => {
        for (const edge of edges) edge.treat = ({ path }) => (path.endsWith('.m4s') ? { afterMs: 1_300 } : 'serve');
      },
      until: (lines) => rebuffered(lines) > 0,
      env: { FAULTFLIX_TITLE: '20s' },
    });
    assert.equal(failed(result.lines), 0);
    const delays = result.buckets.flatMap(({ startupDelayMs }) => startupDelayMs.map(([value]) => value));
    assert.ok(Math.min(...delays) >= 2_600, 'picture and sound, 1.3 s each');
  });

  it('report a play that the platform denies after it had acknowledged it', async () => {
    const { result } = await watch({
      arrange: ({ routers }) => {
        for (const router of routers) router.treat = ({ path }) => (path === '/v1/heartbeat' ? { fail: 404 } : 'serve');
      },
      until: (lines) => plays(lines, 'refused').length > 0,
    });
    const [refusal] = plays(result.lines, 'refused');
    assert.deepEqual([refusal?.by, refusal?.code], ['heartbeat', '1404']);
    assert.equal(audit(result).verdict, 'lost');
  });

  it('are the same viewers with the same seed', async () => {
    const order = async (FAULTFLIX_SEED: string) => {
      const { result } = await watch({
        until: (lines) => plays(lines, 'acknowledged').length >= 4,
        env: { FAULTFLIX_VIEWERS: '1', FAULTFLIX_TITLE: '500ms', FAULTFLIX_SEED },
      });
      return plays(result.lines, 'acknowledged')
        .map(({ title }) => title)
        .slice(0, 4);
    };
    assert.deepEqual(await order('7'), await order('7'));
  });
});
