import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRng } from '#base/rng.ts';
import { TestPod } from '../world/testing/pod.ts';
import latency from './latency.ts';

const planned = (pod: TestPod, written: Readonly<Record<string, unknown>>) =>
  latency.plan(latency.schema.parse(written), pod.target, seededRng(1));

test('latency is measured on a fresh and on a held connection, through gRPC and HTTPS, and taken back', async (t) => {
  const pod = await TestPod.start();
  t.after(() => pod.stop());
  for (const protocol of ['grpc', 'https'] as const) {
    for (const place of ['us-east-1', 'us-west-2'] as const) await pod.listen(protocol, place);
  }
  const mark = planned(pod, { latency: '120ms' });
  const world = pod.world(await pod.snapshot(latency.timed(mark)));
  assert.deepEqual(Object.keys(world.before.roundTripsMs), ['grpc-from-us-east-1', 'https-from-us-east-1']);

  assert.equal((await latency.effect(mark, world)).potent, false, 'not potent before it is injected');
  await latency.inject(mark, world);
  const effect = await latency.effect(mark, world);
  assert.equal(effect.potent, true, effect.summary);
  assert.equal(effect.figures.listeners, 4);
  assert.ok(effect.figures.addedFreshMs! >= 60 && effect.figures.addedHeldMs! >= 60, effect.summary);
  await latency.inject(mark, world);
  assert.equal((await pod.toxicNames()).length, 4, 'injecting the same mark again adds nothing');

  await latency.recover(mark, world);
  assert.deepEqual(await pod.toxicNames(), []);
  const after = await latency.effect(mark, world);
  assert.equal(after.potent, false, 'a fault that was taken back has no effect');
  await latency.recover(mark, world);
});

test('only callers of the places that were chosen are slowed', async (t) => {
  const pod = await TestPod.start();
  t.after(() => pod.stop());
  const [near, far] = [await pod.listen('grpc', 'us-east-1'), await pod.listen('grpc', 'us-west-2')];
  const mark = planned(pod, { latency: '120ms', from: ['us-west-2'], stream: 'upstream', protocols: ['grpc'] });
  const world = pod.world(await pod.snapshot([near, far]));
  await latency.inject(mark, world);
  assert.equal((await latency.effect(mark, world)).potent, true);
  const proxies = (await pod.wardens.pod(pod.target.node, pod.target.uid))!.proxies;
  assert.deepEqual(
    proxies.map(({ name, toxics }) => [name, toxics.length]),
    [
      [near, 0],
      [far, 1],
    ],
  );
});

test('known bad: a toxic that is weaker than planned, or is missing at one listener, is no effect', async (t) => {
  const pod = await TestPod.start();
  t.after(() => pod.stop());
  const [near, far] = [await pod.listen('grpc', 'us-east-1'), await pod.listen('grpc', 'us-west-2')];
  const mark = planned(pod, { latency: '2s', protocols: ['grpc'] });
  const world = pod.world(await pod.snapshot(latency.timed(mark)));
  await latency.inject(mark, world);
  const [name] = await pod.toxicNames();
  await pod.admin('POST', `/proxies/${near}/toxics/${name}`, { attributes: { latency: 20, jitter: 0 } });
  const weak = await latency.effect(mark, world);
  assert.equal(weak.potent, false);
  assert.match(weak.summary, /on a fresh connection/);
  await pod.admin('DELETE', `/proxies/${far}/toxics/${name}`);
  assert.match((await latency.effect(mark, world)).summary, /not at grpc-from-us-west-2/);
});

test('known bad: a target that did not answer before the fault shows no effect', async (t) => {
  const pod = await TestPod.start();
  t.after(() => pod.stop());
  await pod.listen('grpc', 'us-east-1');
  const mark = planned(pod, { latency: '50ms', protocols: ['grpc'] });
  pod.endProcess();
  const world = pod.world(await pod.snapshot(latency.timed(mark)));
  await latency.inject(mark, world);
  assert.match((await latency.effect(mark, world)).summary, /none of .* answered before/);
});

test('a vanished target counts as recovered', async (t) => {
  const pod = await TestPod.start();
  t.after(() => pod.stop());
  await pod.listen('grpc', 'us-east-1');
  const mark = planned(pod, { latency: '50ms', protocols: ['grpc'] });
  const world = pod.world(await pod.snapshot(latency.timed(mark)));
  await latency.inject(mark, world);
  await pod.killSidecar();
  await latency.recover(mark, world);
  await latency.recover({ ...mark, target: { ...mark.target, uid: 'another' } }, world);
});

test('the plan is pure and says what dry-run prints; jitter above the latency does not fit', () => {
  const target = { namespace: 'n', name: 'p', uid: 'u', service: 's', region: 'us-west-2', node: 'x', ip: '10.0.0.1' };
  const spec = latency.schema.parse({ latency: '300ms', jitter: '400ms', from: ['global', 'ap-south-1'] });
  assert.deepEqual(latency.fits(spec, target), { no: 'a jitter of 400ms is more than the latency of 300ms' });
  const mark = latency.plan(spec, target, seededRng(1));
  assert.deepEqual(mark, latency.plan(spec, target, seededRng(2)));
  assert.deepEqual(mark.listeners.slice(0, 2), ['grpc-from-global', 'grpc-from-ap-south-1']);
  assert.deepEqual(mark.timed, ['grpc-from-global', 'https-from-global']);
});
