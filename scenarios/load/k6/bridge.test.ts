import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { drive, failedOf, mergeOf, sumOf } from '../testing/drive-process.ts';
import { installFakeK6 } from '../testing/fake-k6.ts';
import { findK6 } from './find.ts';
import { parseK6Line } from './points.ts';

const folder = mkdtempSync(join(tmpdir(), 'fake-k6-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const k6 = installFakeK6(folder);
const recorded = new URL('../testing/k6-output.jsonl', import.meta.url).pathname;
const env = { K6: k6, FAKE_K6_OUTPUT: recorded, FAULTFLIX_VIEWERS: '2', FAULTFLIX_ROUTERS: 'https://127.0.0.1:1' };

const run = (more: Record<string, string> = {}) => drive(['viewer.ts', '--stream'], { ...env, ...more });

describe('k6’s JSON output', () => {
  it('becomes the same stream: start, a bucket each 100 ms, plays, summary, end', async () => {
    const { exitCode, lines, buckets, stderr } = await run().done;
    assert.equal(exitCode, 0, stderr);
    const { startedAtMs, ...start } = lines[0] as Extract<(typeof lines)[0], { type: 'start' }>;
    assert.deepEqual(start, {
      type: 'start',
      driver: 'k6',
      driverVersion: 'v1.4.2',
      script: 'viewer.ts',
      seed: 1,
      vus: 2,
    });
    assert.deepEqual(
      buckets.map(({ atMs }) => atMs - buckets[0]!.atMs),
      buckets.map((_, index) => index * 100),
    );
    assert.ok(startedAtMs - buckets[0]!.atMs < 100);
    assert.deepEqual(
      mergeOf(buckets, ({ requests }) => ({ session: requests.session?.ok ?? 0 })),
      { session: 1 },
    );
    assert.equal(failedOf(buckets).segment, 1);
    assert.deepEqual(
      mergeOf(buckets, ({ errors }) => errors),
      { 'segment:1503': 1 },
    );
    assert.deepEqual(
      mergeOf(buckets, ({ retried }) => retried),
      { 'segment:1220': 1 },
    );
    assert.equal(
      sumOf(buckets, ({ starts }) => starts.ok),
      1,
    );
    assert.deepEqual(
      buckets.flatMap(({ startupDelayMs }) => startupDelayMs),
      [[50, 1]],
    );
    assert.deepEqual(
      [sumOf(buckets, ({ playingMs }) => playingMs), sumOf(buckets, ({ rebufferMs }) => rebufferMs)],
      [250, 70],
    );
    assert.equal(buckets.at(-1)?.viewers, 2);
    assert.equal(
      sumOf(buckets, ({ late }) => late ?? 0),
      0,
    );
    const plays = lines.filter((line) => line.type === 'played');
    assert.deepEqual(
      plays.map(({ event, continued }) => [event, continued]),
      [
        ['acknowledged', false],
        ['continued', true],
      ],
    );
    const summary = lines.find((line) => line.type === 'summary');
    assert.deepEqual(summary?.thresholds, {
      'http_req_failed: rate<0.5': true,
      'viewer_request_duration: p(95)<1000': true,
    });
    assert.match(stderr, /running \(00m00\.4s\)/, 'what k6 tells people is passed on');
  });

  for (const [code, ours] of [
    ['99', 1],
    ['104', 2],
    ['107', 3],
    ['108', 4],
  ] as const) {
    it(`exit code ${code} of k6 is ${ours}`, async () => {
      const { exitCode, lines } = await run({ FAKE_K6_EXIT: code }).done;
      assert.equal(exitCode, ours);
      assert.equal(lines.at(-1)?.type, 'end');
      const summary = lines.find((line) => line.type === 'summary');
      if (code === '99') assert.equal(summary?.thresholds.k6, false);
    });
  }

  it('is not taken for whole when a line of it cannot be read', async () => {
    const torn = join(folder, 'torn.jsonl');
    writeFileSync(torn, readFileSync(recorded, 'utf8').replace('"value":70,', '"value":'));
    const { exitCode, lines } = await run({ FAKE_K6_OUTPUT: torn }).done;
    assert.equal(exitCode, 3);
    assert.match(String((lines.at(-1) as { reason?: string }).reason), /1 lines of k6's output/);
  });

  it('stops k6 when it is stopped, and says so', async () => {
    const started = run({ FAKE_K6_HANG: '1' });
    await started.until((lines) => lines.some(({ type }) => type === 'bucket'));
    started.child.kill('SIGTERM');
    const { exitCode, lines } = await started.done;
    assert.equal(exitCode, 4);
    assert.deepEqual({ ...lines.at(-1), atMs: 0 }, { type: 'end', atMs: 0, exitCode: 4, reason: 'SIGTERM' });
  });

  it('a program that is no k6 cannot run', async () => {
    const { exitCode, stderr } = await run({ K6: '/bin/false' }).done;
    assert.equal(exitCode, 3);
    assert.match(stderr, /does not say its version/);
  });
});

describe('one line of it', () => {
  const cases: [string, string][] = [
    ['', 'other'],
    ['     data_received..: 1 kB', 'other'],
    ['{"metric":"vus","type":"Point","data":{"time":"2026-01-01T00:00:00Z","value":1,"tags":null}}', 'point'],
    ['{"metric":"vus","type":"Point","data":{"time":"2026-01-01T00:00:00Z","value":1', 'torn'],
    ['{"metric":"vus","type":"Point","data":{"time":"noon","value":1}}', 'torn'],
    ['{"metric":"vus","type":"Point","data":{"time":"2026-01-01T00:00:00Z","value":"1"}}', 'torn'],
    ['{"metric":"vus","type":"Metric","data":{"type":"speed","contains":"default"}}', 'torn'],
    ['{"metric":"vus","type":"Metric","data":{"type":"gauge","contains":"default","thresholds":[]}}', 'metric'],
    ['{"hello":"world"}', 'torn'],
  ];
  for (const [text, is] of cases) it(`${text.slice(0, 60)} is ${is}`, () => assert.equal(parseK6Line(text).is, is));
});

describe('finding k6', () => {
  it('takes $K6, then PATH, then none', async () => {
    assert.equal(await findK6({ K6: k6, PATH: '' }), k6);
    assert.equal(await findK6({ PATH: `/no/such/folder:${folder}` }), k6);
    assert.equal(await findK6({ PATH: '/no/such/folder' }), undefined);
    await assert.rejects(findK6({ K6: '/no/such/k6', PATH: folder }), { code: 'bad-input' });
  });
});
