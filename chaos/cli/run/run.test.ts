import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Experiment } from '../../engine/experiment.ts';
import type { Bucket } from '../../engine/load-stream.ts';
import { sampleBuckets, sampleRecord } from '../../report/testing/sample.ts';
import { fakeApi } from '../testing/fake-api.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { createExperiment } from './experiments.ts';
import { followExperiment } from './follow.ts';
import { longestMs } from './limit.ts';
import { liveLine } from './live-line.ts';
import { LoadLog } from './load-log.ts';
import { repeatLine } from './repeat.ts';
import { checkTargets, wholeNumber } from './scenario.ts';

const { experiment } = sampleRecord();
const spec = {
  ...experiment.spec,
  method: [
    { at: '5s', duration: '20s', fault: 'kind-b', with: {}, target: { service: 'shelf', regions: ['us-east-1'] } },
  ],
};
const scenario = { file: 'a.yaml', experiment: { ...experiment, spec } };

describe('targets', () => {
  const deployed = [
    { service: 'shelf', namespace: 'us-east-1' },
    { service: 'shop', namespace: 'us-west-2' },
  ];
  it('that are deployed pass', () => checkTargets(scenario, deployed));

  const withTarget = (target: { service: string; regions?: string[] }) => ({
    ...scenario,
    experiment: { ...experiment, spec: { ...spec, method: [{ ...spec.method[0]!, target }] } },
  });
  it('that match nothing are refused with the nearest name', () => {
    assert.throws(() => checkTargets(withTarget({ service: 'shelv' }), deployed), {
      code: 'bad-input',
      where: 'a.yaml:spec.method[0].target.service',
      todo: 'did you mean shelf?',
    });
  });
  it('in a region where the service is not are refused', () => {
    assert.throws(() => checkTargets(withTarget({ service: 'shop', regions: ['us-east-1'] }), deployed), {
      code: 'bad-input',
      where: 'a.yaml:spec.method[0].target.regions',
    });
  });
});

describe('numbers of the command line', () => {
  for (const bad of ['', 'x', '-1', '1.5', '1e3', '0', '11', ' 5']) {
    it(`refuse ${JSON.stringify(bad)}`, () => {
      assert.throws(() => wholeNumber('--x', bad, { min: 1, max: 10 }), { code: 'bad-input' });
    });
  }
  it('are numbers', () => assert.equal(wholeNumber('--x', '7', { min: 1, max: 10 }), 7));
});

describe('the live line', () => {
  it('says the phase, how long of how long, and what viewers see', () => {
    const status = {
      ...experiment.status,
      phase: 'Inject' as const,
      live: { atMs: 0, viewers: 98, sps: 4.25, errorRatio: 0.002, requests: 350, startupP95Ms: 412, rebufferRatio: 0 },
    };
    const nowMs = status.phaseAtMs.Inject! + 3_000;
    assert.equal(
      liveLine(status, spec, nowMs),
      'Inject 3.0 s of 25 s  98 viewers  4.3 SPS  0.2 % errors of 350  start-up p95 412 ms  rebuffering 0 %',
    );
  });
});

it('the longest time of a run counts everything the file asks for', () => {
  assert.equal(longestMs(spec), (15 + 25 + 30 + 5 + 120) * 1_000);
});

it('the line that repeats a run names seed and viewers, and quotes what a shell would take apart', () => {
  const line = repeatLine({ begin: 'x', scenario, file: "'a b.yaml'", cluster: { kubeconfig: '/tmp/a b' } });
  assert.equal(line, "x 'a b.yaml' --seed 20261124 --viewers 100 --kubeconfig '/tmp/a b'");
});

describe('an Experiment', () => {
  it('gets a fresh name when others of its name exist', async () => {
    const created: string[] = [];
    await using api = await fakeApi(({ method, body, response }) => {
      if (method === 'GET') return { items: [{ metadata: { name: 'sample' } }] };
      const { metadata } = JSON.parse(body) as Experiment;
      created.push(metadata.name);
      // Someone took the second name in between.
      if (metadata.name !== 'sample-2') return JSON.parse(body);
      response.writeHead(409).end(JSON.stringify({ reason: 'AlreadyExists', message: 'exists' }));
      return 'written';
    });
    assert.equal((await createExperiment(api.http, experiment)).metadata.name, 'sample-3');
    assert.deepEqual(created, ['sample-2', 'sample-3']);
  });

  const list = (...items: unknown[]) => ({ metadata: { resourceVersion: '1' }, items });
  const inPhase = (phase: string) => ({
    ...experiment,
    metadata: { name: 'sample', resourceVersion: '2' },
    status: { phase },
  });

  it('is followed until it is complete', async () => {
    await using api = await fakeApi(({ url, response }) => {
      if (url.searchParams.get('watch') !== 'true') return list(inPhase('Baseline'));
      response.writeHead(200);
      for (const phase of ['Inject', 'Recover', 'Complete']) {
        response.write(`${JSON.stringify({ type: 'MODIFIED', object: inPhase(phase) })}\n`);
      }
      return 'written';
    });
    const seen: (string | undefined)[] = [];
    const last = await followExperiment({
      http: api.http,
      clock: fakeClock(),
      name: 'sample',
      onChange: ({ status }) => seen.push(status?.phase),
      signal: new AbortController().signal,
    });
    assert.deepEqual(seen, ['Baseline', 'Inject', 'Recover', 'Complete']);
    assert.equal(last?.status?.phase, 'Complete');
  });

  it('that is deleted while it runs is no quiet end', async () => {
    await using api = await fakeApi(() => list());
    const following = followExperiment({
      http: api.http,
      clock: fakeClock(),
      name: 'sample',
      onChange: () => undefined,
      signal: new AbortController().signal,
    });
    await assert.rejects(following, { code: 'aborted' });
  });
});

describe("the load's log", () => {
  const buckets = sampleBuckets().slice(0, 20);
  const lines = (part: readonly Bucket[]) => part.map((bucket) => `${JSON.stringify(bucket)}\n`).join('');
  const end = `${JSON.stringify({ type: 'end', atMs: 1, exitCode: 0 })}\n`;

  it('is whole when the connection breaks and is opened again', async () => {
    let opened = 0;
    await using api = await fakeApi(({ response }) => {
      opened++;
      response.writeHead(200);
      if (opened === 1) {
        response.write(lines(buckets.slice(0, 7)));
        setImmediate(() => response.destroy());
      } else response.end(`a log line\n${lines(buckets)}${end}`);
      return 'written';
    });
    const log = new LoadLog(api.http, fakeClock());
    log.follow('pod');
    const record = await log.finish();
    assert.deepEqual([record.buckets.length, record.exitCode, record.missing], [20, 0, undefined]);
  });

  it('says what is missing when the pod is gone, and keeps what was read', async () => {
    let opened = 0;
    const firstRead = Promise.withResolvers<void>();
    await using api = await fakeApi(({ response }) => {
      if (++opened > 1) return undefined;
      response.writeHead(200).end(lines(buckets.slice(0, 5)), () => firstRead.resolve());
      return 'written';
    });
    const log = new LoadLog(api.http, fakeClock());
    log.follow('pod');
    await firstRead.promise;
    const record = await log.finish();
    assert.equal(record.buckets.length, 5);
    assert.match(record.missing ?? '', /could not be read to its end/);
  });

  it('says that the load never started', async () => {
    await using api = await fakeApi(() => undefined);
    const record = await new LoadLog(api.http, fakeClock()).finish();
    assert.deepEqual([record.buckets.length, record.missing], [0, 'the load never started']);
  });

  it('counts lines that cannot be read', async () => {
    await using api = await fakeApi(({ response }) => {
      response.writeHead(200).end(`{"type":"bucket","atMs":"x"}\n${lines(buckets)}${end}`);
      return 'written';
    });
    const log = new LoadLog(api.http, fakeClock());
    log.follow('pod');
    assert.equal((await log.finish()).brokenLines, 1);
  });
});
