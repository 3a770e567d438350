import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '#base/clock.ts';
import type { Output } from '../terminal/output.ts';
import { fakeApi } from '../testing/fake-api.ts';
import { driveLoad } from './drive.ts';

const counts = { ok: 10, failed: 0 };
const bucket = (n: number) => ({
  ...{ type: 'bucket', atMs: 1_000 + n * 100, spanMs: 100, requests: { browse: counts }, errors: {}, retried: {} },
  ...{ latencyMs: {}, starts: counts, startupDelayMs: [], playingMs: 0, rebufferMs: 0, viewers: 3, lagMs: 0 },
});
const start = {
  ...{
    type: 'start',
    driver: 'embedded',
    driverVersion: '1',
    script: 'viewer.ts',
    startedAtMs: 1_000,
    seed: 1,
    vus: 3,
  },
};
const buckets = Array.from({ length: 45 }, (_, n) => bucket(n));
const summary = (thresholds: object) => ({ type: 'summary', metrics: {}, thresholds });
const end = (exitCode: number, reason?: string) => ({ type: 'end', atMs: 9_000, exitCode, ...(reason && { reason }) });

interface Told {
  readonly log: readonly object[];
  /** The log goes on until the Job is deleted. */
  readonly untilDeleted?: boolean;
}

/** A cluster of local nodes with a router, whose viewers say what a test tells. */
async function drive({ log, untilDeleted = false }: Told, whenShown: (stop: () => void) => void = () => undefined) {
  const asked = new AbortController();
  const deleted = Promise.withResolvers<void>();
  let job: { spec: { template: { spec: { containers: { args: string[]; env: object[] }[] } } } } | undefined;
  let gone = false;
  const slice = {
    endpoints: [{ addresses: ['10.1.0.1'], conditions: { ready: true } }],
    ports: [{ name: 'https-from-us-east-1', port: 8441 }],
  };
  const pod = {
    metadata: { name: 'load-x', uid: 'u', resourceVersion: '1' },
    status: { phase: untilDeleted ? 'Running' : 'Failed' },
  };
  await using api = await fakeApi(({ method, url, body, response }) => {
    const { pathname: path } = url;
    if (path === '/api/v1/nodes')
      return { items: [{ status: { nodeInfo: { containerRuntimeVersion: 'faultflix://1' } } }] };
    if (path.endsWith('/deployments/controller')) return { spec: { template: { spec: { containers: [{}] } } } };
    if (path.endsWith('/endpointslices')) return { items: /global|us-east-1/.test(path) ? [slice] : [] };
    if (method === 'POST') {
      job = JSON.parse(body) as typeof job;
      return job;
    }
    if (method === 'DELETE') {
      gone = true;
      deleted.resolve();
      return {};
    }
    if (path.endsWith('/log')) {
      const write = (lines: readonly object[]) =>
        response.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      write(untilDeleted ? log.slice(0, -2) : log);
      if (!untilDeleted) response.end();
      else
        void deleted.promise.then(() => {
          write(log.slice(-2));
          response.end();
        });
      return 'written';
    }
    if (path.endsWith('/pods')) return { metadata: { resourceVersion: '1' }, items: gone ? [] : [pod] };
    return pod;
  });
  const events: Record<string, unknown>[] = [];
  const said: string[] = [];
  const terminal = { line: (text = '') => void said.push(text), style: (_: string, text: string) => text };
  const out = {
    ...{ json: true, terminal, print: () => undefined },
    emit: (event: Record<string, unknown>) => {
      events.push(event);
      if (event.type === 'live') whenShown(() => asked.abort());
    },
  } as unknown as Output;
  const stop = { asked: asked.signal, forced: AbortSignal.timeout(60_000) };
  const load = { script: 'viewer.ts', viewers: 3, rampUp: '1s' };
  const wanted = { load, seed: 7, durationMs: 4_500 };
  const exitCode = await driveLoad({ cluster: { http: api.http }, wanted, out, clock: systemClock, stop });
  return { exitCode, events, said, job, deleted: gone };
}

describe('faultflix load', () => {
  it('makes a Job that nobody owns, shows a line each 2 s and the summary, and takes it away', async () => {
    const { exitCode, events, job, deleted } = await drive({ log: [start, ...buckets, summary({ a: true }), end(0)] });
    assert.equal(exitCode, 0);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['live', 'live', 'summary', 'end'],
    );
    assert.equal(deleted, true);
    const [container] = job!.spec.template.spec.containers;
    assert.deepEqual(container!.args, ['scenarios/load/run.ts', 'viewer.ts', '--stream']);
    assert.match(JSON.stringify(container!.env), /"FAULTFLIX_DURATION","value":"5s"/);
    assert.match(JSON.stringify(container!.env), /https:\/\/127\.1\.0\.1:8441/);
    assert.doesNotMatch(JSON.stringify(job), /ownerReferences/);
  });

  it('ends with the exit code of the thresholds', async () => {
    const { exitCode, said } = await drive({ log: [start, ...buckets, summary({ a: false, b: true }), end(1, 'a')] });
    assert.equal(exitCode, 1);
    assert.deepEqual(
      said.filter((text) => text.includes('threshold')),
      ['threshold failed: a'],
    );
  });

  for (const [ok, code] of [
    [true, 0],
    [false, 1],
  ] as const)
    it(`asked to stop, hears the last lines and judges by them: ${code}`, async () => {
      const log = [start, ...buckets, summary({ a: ok }), end(4, 'SIGTERM')];
      const { exitCode, deleted } = await drive({ log, untilDeleted: true }, (stop) => stop());
      assert.deepEqual([exitCode, deleted], [code, true]);
    });

  it('known bad: viewers without a last word are no success', async () => {
    await assert.rejects(drive({ log: [start, ...buckets] }), { code: 'could-not-run' });
  });
});
