import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { seededRng } from '#base/rng.ts';
import { TestPod } from '../world/testing/pod.ts';
import type { World } from '../world/world.ts';
import podKill from './pod-kill.ts';

async function started(t: TestContext) {
  const pod = await TestPod.start();
  t.after(() => pod.stop());
  const mark = podKill.plan(podKill.schema.parse({}), pod.target, seededRng(1));
  return { pod, mark, world: pod.world(await pod.snapshot([])) };
}

test('potent: the uid is gone and so is the process, as the connection held since before says', async (t) => {
  const { pod, mark, world } = await started(t);
  let kills = 0;
  const killing: World = {
    ...world,
    pods: {
      kill: async (ref, { graceSeconds, resourceVersion }) => {
        assert.deepEqual([ref.uid, graceSeconds, resourceVersion], [pod.target.uid, 0, '1']);
        kills++;
        pod.endProcess();
      },
      gone: async () => kills > 0,
    },
  };
  await podKill.inject(mark, killing);
  const effect = await podKill.effect(mark, killing);
  assert.equal(effect.potent, true, effect.summary);
  assert.ok(effect.figures.severedMs! >= 0);
  await podKill.recover(mark, killing);
});

test('known bad: a process that lives on though the API has forgotten its pod', async (t) => {
  const { mark, world } = await started(t);
  const severed: World['callers']['severed'] = (at) => world.callers.severed(at, 300);
  const roundTrip: World['callers']['roundTrip'] = (...call) => world.callers.roundTrip(...call);
  const effect = await podKill.effect(mark, { ...world, callers: { severed, roundTrip } });
  assert.equal(effect.potent, false);
  assert.match(effect.summary, /its process still answers/);
});

test('known bad: a pod that is still there', async (t) => {
  const { pod, mark, world } = await started(t);
  pod.endProcess();
  const effect = await podKill.effect(mark, { ...world, pods: { ...world.pods, gone: async () => false } });
  assert.equal(effect.potent, false);
  assert.match(effect.summary, /still exists/);
});

test('known bad: a pod that was dying before the kill', async (t) => {
  const { mark, world } = await started(t);
  const effect = await podKill.effect(mark, { ...world, before: { ...world.before, dying: true } });
  assert.deepEqual(effect, { potent: false, summary: 'the pod was already dying before the kill', figures: {} });
});
