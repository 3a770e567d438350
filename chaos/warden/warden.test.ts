import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Clock, systemClock } from '#base/clock.ts';
import { KubeHttp } from '#base/kube/http.ts';
import { innerPorts } from '#base/names.ts';
import { selfSigned } from '#test/support/self-signed.ts';
import { noLog, TestPod, TOKEN } from '../world/testing/pod.ts';
import type { PutToxic } from './api.ts';
import { NodePods } from './pods.ts';
import { Warden } from './warden.ts';

async function started(t: TestContext, leaseMs: number, clock: Clock = systemClock) {
  const pod = await TestPod.start({ leaseMs, clock });
  t.after(() => pod.stop());
  const proxy = await pod.listen('grpc', 'us-east-1');
  const put = (inMs: number, run = '01234567') => {
    const expiresAtMs = Date.now() + inMs;
    const toxic: PutToxic = {
      podUid: pod.target.uid,
      podIp: pod.target.ip,
      proxy,
      name: `ff.${run}.0.${expiresAtMs}.downstream`,
      type: 'latency',
      stream: 'downstream',
      toxicity: 1,
      attributes: { latency: 10, jitter: 0 },
      expiresAtMs,
    };
    return pod.wardens.put(pod.target.node, toxic);
  };
  const keep = (warden: Warden) => {
    const stop = new AbortController();
    const kept = warden.keep(stop.signal);
    t.after(async () => {
      stop.abort();
      await kept;
    });
  };
  return { pod, proxy, put, keep };
}

/** The outside offers no event for a toxic that goes: looks until it has, ten seconds at most. */
async function gone(pod: TestPod): Promise<string[]> {
  for (const endMs = Date.now() + 10_000; Date.now() < endMs; await new Promise((r) => setTimeout(r, 20))) {
    const names = (await pod.toxicNames()).filter((name) => name.startsWith('ff.'));
    if (names.length === 0) return [];
  }
  return pod.toxicNames();
}

test('a toxic whose expiry has passed is healed, whatever its lease; distances stay', async (t) => {
  const { pod, proxy, put, keep } = await started(t, 60_000);
  const distance = { name: 'distance-upstream', type: 'latency', stream: 'upstream', attributes: { latency: 1 } };
  await pod.admin('POST', `/proxies/${proxy}/toxics`, distance);
  keep(pod.warden);
  await put(400);
  assert.equal((await pod.toxicNames()).length, 2);
  assert.deepEqual(await gone(pod), []);
  assert.deepEqual(await pod.toxicNames(), ['distance-upstream']);
});

test('a toxic lives as long as its lease is renewed, and is healed when nobody does', async (t) => {
  let nowMs = Date.now();
  const { pod, put } = await started(t, 500, { ...systemClock, now: () => nowMs });
  await put(60_000);
  for (let n = 0; n < 4; n++) {
    await pod.wardens.renew('01234567', [pod.target.node], 600);
    nowMs += 590;
    await pod.warden.heal();
    assert.equal((await pod.toxicNames()).length, 1, 'healed though its lease was renewed');
  }
  nowMs += 11;
  await pod.warden.heal();
  assert.deepEqual(await pod.toxicNames(), []);
});

test('a toxic that was put while all sidecars are looked at is healed in its time, not at the next look', async (t) => {
  const { pod, proxy, keep } = await started(t, 60_000);
  const looked = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  let looks = 0;
  const proxies = async (ip: string) => {
    looks += 1;
    const found = await pod.sidecars.proxies(ip);
    looked.resolve();
    await goOn.promise;
    return found;
  };
  const sidecars = new Proxy(pod.sidecars, {
    get: (of, name) => (name === 'proxies' ? proxies : Reflect.get(of, name).bind(of)),
  });
  t.after(() => goOn.resolve());
  const known = { uid: pod.target.uid, namespace: 'us-east-1', name: 'p', ip: pod.target.ip };
  const pods = { all: [known], find: () => known };
  const warden = new Warden({ node: 'n', pods, sidecars, clock: systemClock, log: noLog });
  keep(warden);
  await looked.promise;
  const expiresAtMs = Date.now() + 400;
  const name = `ff.01234567.0.${expiresAtMs}.downstream`;
  const toxic = { podUid: known.uid, podIp: known.ip, proxy, name, type: 'latency', stream: 'downstream' as const };
  await warden.put({ ...toxic, toxicity: 1, attributes: { latency: 10, jitter: 0 }, expiresAtMs });
  goOn.resolve();
  assert.deepEqual(await gone(pod), []);
  assert.equal(looks, 1);
});

test('a restarted warden grants one lease to runs that it does not know, then heals', async (t) => {
  const { pod, put, keep } = await started(t, 60_000);
  await put(60_000);
  const known = { uid: pod.target.uid, namespace: 'us-east-1', name: 'p', ip: pod.target.ip };
  const pods = { all: [known], find: () => known };
  const startedMs = Date.now();
  const restarted = new Warden({
    node: 'n',
    pods,
    sidecars: pod.sidecars,
    clock: systemClock,
    log: noLog,
    leaseMs: 700,
  });
  keep(restarted);
  assert.deepEqual(await gone(pod), []);
  assert.ok(Date.now() - startedMs >= 690, 'healed before one lease time had passed');
});

test('a toxic of a fault that says no expiry has nobody who keeps it alive', async (t) => {
  const { pod, proxy, keep } = await started(t, 60_000);
  const unnamed = { name: 'ff.by-hand', type: 'latency', stream: 'upstream', attributes: { latency: 1 } };
  await pod.admin('POST', `/proxies/${proxy}/toxics`, unnamed);
  keep(pod.warden);
  assert.deepEqual(await gone(pod), []);
});

test('refused: no token, another token, foreign toxics, expired ones, other pods, bodies that are not right', async (t) => {
  const { pod, put } = await started(t, 60_000);
  const url = `http://127.0.0.1:${pod.wardenPort}`;
  const status = async (path: string, init: RequestInit = {}) => (await fetch(`${url}${path}`, init)).status;
  const auth = { authorization: `Bearer ${TOKEN}` };
  assert.equal(await status('/healthz'), 200);
  assert.equal(await status('/v1/toxics'), 401);
  assert.equal(await status('/v1/toxics', { headers: { authorization: `Bearer ${TOKEN}x` } }), 401);
  assert.equal(await status('/v1/toxics', { headers: auth }), 200);
  assert.equal(await status('/v1/toxics/uid/proxy/distance-upstream', { method: 'DELETE', headers: auth }), 400);
  assert.equal(await status('/v1/toxics', { method: 'PUT', headers: auth, body: '{' }), 400);
  assert.equal(await status('/v1/toxics', { method: 'PUT', headers: auth, body: '{"podUid":"x"}' }), 400);
  const put1 = { podUid: 'x', podIp: '10.0.0.1', proxy: 'p', name: 'ff.x.0.1', type: 'latency', stream: 'upstream' };
  const whole = { ...put1, attributes: {}, expiresAtMs: 1 };
  for (const change of [
    { stream: 'both' },
    { toxicity: 2 },
    { attributes: [] },
    { attributes: { a: {} } },
    { more: 1 },
    { podIp: '' },
  ]) {
    const body = JSON.stringify({ ...whole, ...change });
    assert.equal(await status('/v1/toxics', { method: 'PUT', headers: auth, body }), 400, body);
  }
  assert.equal(await status('/v1/toxics', { method: 'PUT', headers: auth, body: JSON.stringify(whole) }), 404);
  assert.equal(await status('/v1/toxics', { method: 'PUT', headers: auth, body: 'x'.repeat(70_000) }), 400);
  assert.equal(await status('/v1/leases/x', { method: 'POST', headers: auth, body: '{"ttlMs":1e9}' }), 400);
  assert.equal(await status('/v2/anything', { headers: auth }), 404);
  await assert.rejects(put(-1_000), { code: 'gone' });
  await assert.rejects(put(200_000_000), { code: 'bad-input' });
  const other = {
    podUid: 'another',
    podIp: '10.0.0.1',
    proxy: 'p',
    type: 'latency',
    stream: 'upstream',
    toxicity: 1,
  } as const;
  const named = { ...other, name: `ff.x.0.${Date.now() + 5_000}`, attributes: {}, expiresAtMs: 1 };
  await assert.rejects(pod.wardens.put('n', named), { code: 'not-found' });
  assert.deepEqual(await pod.toxicNames(), []);
});

test('the pods of the node that have a sidecar are known from the last time when the API server is away', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'faultflix-warden-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'pods.json');
  const { createServer } = await import('node:https');
  const { cert, key } = await selfSigned('127.0.0.1');
  const pod = {
    metadata: { name: 'a', namespace: 'us-east-1', uid: 'u', resourceVersion: '1' },
    spec: { containers: [{}], initContainers: [{ ports: [{ containerPort: innerPorts.toxiproxy }] }] },
    status: { podIP: '10.1.2.3' },
  };
  const stranger = { ...pod, metadata: { ...pod.metadata, uid: 's' }, spec: { containers: [{ ports: [] }] } };
  const api = createServer({ cert, key }, (request, response) => {
    if (request.url!.includes('watch=')) return void response.writeHead(200).flushHeaders();
    response.end(JSON.stringify({ items: [stranger, pod], metadata: { resourceVersion: '1' } }));
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  const { port } = api.address() as { port: number };
  const http = new KubeHttp({ server: `https://127.0.0.1:${port}`, ca: cert });
  const stop = new AbortController();
  const first = new NodePods({ node: 'n', file, log: noLog });
  const seen = new Promise<void>((resolve) => first.onChange(resolve));
  const watch = first.watch(http, stop.signal);
  await seen;
  stop.abort();
  await watch;
  await first.settled();
  http.close();
  api.closeAllConnections();
  api.close();
  assert.deepEqual(new NodePods({ node: 'n', file, log: noLog }).all, [
    { uid: 'u', namespace: 'us-east-1', name: 'a', ip: '10.1.2.3' },
  ]);
});
