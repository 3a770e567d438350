/** Spans of two processes at a collector of our own, over real HTTP. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { pino } from 'pino';
import { systemClock } from '#base/clock.ts';
import { listener } from '#base/names.ts';
import { seededRng } from '#base/rng.ts';
import { catalog } from '#contracts/catalog.ts';
import { grpcClient } from '../grpc/client.ts';
import { GrpcConnection } from '../grpc/connection.ts';
import { createMetrics } from '../metrics.ts';
import { Callee } from '../pipeline/callee.ts';
import { calleeReporter } from '../pipeline/reporter.ts';
import { freshContext } from '../propagation.ts';
import { runWithRequest } from '../request-context.ts';
import { SwitchableGuards } from '../resilience/guards.ts';
import { Collector } from '../testing/collector.ts';
import { TestPod } from '../testing/pod.ts';
import { kill, until } from '../testing/processes.ts';
import { StaticEndpoints } from '../testing/static-endpoints.ts';
import { toxiproxyBinary } from '../testing/toxiproxy.ts';
import { spanExport } from './export.ts';
import { ExportQueue, type SendSpans } from './export-queue.ts';
import { isSent, otlpDefaults, otlpSettings } from './otlp-settings.ts';
import { recordServed } from './record.ts';
import type { Span } from './spans.ts';

const log = pino({ enabled: false });
const clock = systemClock;
const trace = (n: number) => n.toString(16).padStart(32, '0');
const span = (n: number): Span => ({
  traceId: trace(n),
  spanId: n.toString(16).padStart(16, '0'),
  kind: 'server',
  name: 'x',
  startMs: 0,
  durationMs: 1,
  outcome: 'ok',
});

const sidecar = toxiproxyBinary();

describe('spans on their way to a collector', { skip: sidecar === undefined && 'no toxiproxy-server' }, () => {
  let collector: Collector;
  let pod: TestPod;
  before(async () => {
    collector = await Collector.start();
    const otel = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_HEADERS: 'x-key=secret' };
    Object.assign(process.env, otel); // where the official exporter looks
    pod = await TestPod.start({ sidecar: sidecar!, env: otel });
  });
  after(async () => {
    await pod?.stop();
    await collector?.close();
  });

  it('are one trace over two services, each span the child of the one that caused it; the end of a process loses none', async () => {
    const identity = {
      service: 'gateway',
      region: 'us-east-1',
      pod: 'g-1',
      podUid: 'g',
      podIp: '10.0.0.1',
      node: 'n',
    } as const;
    const metrics = createMetrics();
    const spans = (await spanExport({ identity, env: process.env, clock, log }, metrics))!;
    const reporter = calleeReporter({ callee: 'catalog', metrics, log });
    const certificates = await pod.certificatesOf();
    const callee = new Callee<GrpcConnection>({
      name: 'catalog',
      place: 'us-east-1',
      endpoints: new StaticEndpoints('catalog', [
        { id: 'pod', host: pod.host, port: listener('grpc', 'us-east-1').port },
      ]),
      connect: (endpoint) => new GrpcConnection(endpoint, certificates),
      guards: new SwitchableGuards(),
      clock,
      rng: seededRng(1),
      reporter,
    });
    const client = grpcClient({ contract: catalog, callee, reporter, clock, spans });
    const request = freshContext('browsing');
    const startMs = clock.now();
    await runWithRequest(request, () => client.getTitle({ id: 'a' }));
    recordServed({ spans, request, name: 'GET /v1/titles/:id', startMs, clock, outcome: 'http-404' });
    callee.close();
    await spans.close(10_000);
    assert.equal(await kill(pod.child, 'SIGTERM'), 0);

    const got = collector.spans.filter(({ traceId }) => traceId === request.traceId);
    const [front, asked, served] = ['GET /v1/titles/:id', 'catalog.getTitle', 'catalog.getTitle'].map((name, i) =>
      got.find((one) => one.name === name && one.kind === [2, 3, 2][i]),
    );
    assert.equal(got.length, 3);
    assert.deepEqual(
      [front, asked, served].map((one) => one?.resource['service.name']),
      ['gateway', 'gateway', 'catalog'],
    );
    assert.equal(front?.parentSpanId, undefined);
    assert.equal(front?.spanId, request.spanId);
    assert.equal(asked?.parentSpanId, front?.spanId);
    assert.equal(served?.parentSpanId, asked?.spanId);
    assert.deepEqual(front?.status, { code: 2, message: 'http-404' });
    assert.equal(served?.resource['k8s.pod.uid'], 'uid-1');
    assert.ok(served!.endMs >= served!.startMs && served!.startMs >= startMs - 1);
    assert.equal(collector.headers['x-key'], 'secret');
    assert.match(await metrics.registry.metrics(), /^faultflix_spans_exported_total 2$/m);
  });

  it('are counted when the collector does not take them', async () => {
    collector.answer = 400;
    const metrics = createMetrics();
    const identity = { service: 'x', region: 'global', pod: 'x', podUid: 'x', podIp: '10.0.0.1', node: 'n' } as const;
    const spans = (await spanExport({ identity, env: process.env, clock, log }, metrics))!;
    spans.record(span(1));
    await spans.close(10_000);
    assert.match(await metrics.registry.metrics(), /^faultflix_spans_dropped_total\{because="collector"\} 1$/m);
  });
});

describe('the queue of spans', () => {
  const queue = (send: SendSpans, settings: Partial<typeof otlpDefaults> = {}) => {
    const metrics = createMetrics();
    const made = new ExportQueue({ send, settings: { ...otlpDefaults, ...settings }, clock, metrics, log });
    const count = async (name: string, because?: string) => {
      const { values } = await metrics.registry.getSingleMetric(`faultflix_spans_${name}_total`)!.get();
      return values.find(({ labels }) => labels.because === because)?.value ?? 0;
    };
    return { made, count };
  };

  it('holds what it may while nothing leaves, counts the rest, and ends in time', async () => {
    const never: SendSpans = () => new Promise(() => undefined);
    const { made, count } = queue(never, { queue: 4, batch: 2, delayMs: 1 });
    made.record(span(0));
    made.record(span(1)); // a batch: it leaves
    await until(() => made.waiting === 0, 'the first batch is out');
    for (let n = 0; n < 10; n++) made.record(span(n));
    assert.equal(await count('dropped', 'no-room'), 6);
    await made.close(20);
    assert.equal(await count('dropped', 'ended'), 4);
    made.record(span(1));
    assert.equal(await count('dropped', 'no-room'), 7);
  });

  it('sends in batches, and goes on after one that failed', async () => {
    const sizes: number[] = [];
    const { made, count } = queue(
      async (spans) => {
        sizes.push(spans.length);
        if (sizes.length === 1) throw new Error('down');
      },
      { batch: 2, delayMs: 60_000 },
    );
    for (let n = 0; n < 5; n++) made.record(span(n));
    await made.close(10_000);
    assert.deepEqual(sizes, [2, 2, 1]);
    assert.equal(await count('dropped', 'collector'), 2);
    assert.equal(await count('exported'), 3);
  });

  it('leaves out the traces that are not sampled', async () => {
    const sent: Span[] = [];
    const { made } = queue(async (spans) => void sent.push(...spans), { ratio: 0 });
    made.record(span(7));
    await made.close(10_000);
    assert.deepEqual(sent, []);
  });
});

describe('the settings of the export', () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
  it('are none without an endpoint, and the defaults with one', () => {
    assert.equal(otlpSettings({}), undefined);
    assert.deepEqual(otlpSettings(endpoint), otlpDefaults);
    assert.equal(otlpSettings({ ...endpoint, OTEL_TRACES_SAMPLER_ARG: '0.25' })!.ratio, 0.25);
  });
  for (const bad of [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
    { ...endpoint, OTEL_TRACES_SAMPLER_ARG: '2' },
    { ...endpoint, OTEL_BSP_MAX_QUEUE_SIZE: '-1' },
  ])
    it(`refuse ${JSON.stringify(bad)}`, () => assert.throws(() => otlpSettings(bad), { code: 'bad-input' }));

  it('choose the same part of all traces everywhere', () => {
    const half = `${'0'.repeat(18)}80000000000000`;
    assert.equal(isSent(half, 0.5), false);
    assert.equal(isSent(half, 0.51), true);
    assert.equal(isSent('f'.repeat(32), 1), true);
  });
});
