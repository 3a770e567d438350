import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testCluster } from './support/cluster.ts';
import { condition, eventually, type Json, type Space, statusOf } from './support/space.ts';
import { BATCH, evict, hasCondition, mergePatch, statusFits, template } from './support/workloads.ts';

const cluster = testCluster();
const failed = hasCondition('Failed');
const complete = hasCondition('Complete');
const INDEX = '$JOB_COMPLETION_INDEX';

async function job(space: Space, script: string, spec: Json, more: object = {}): Promise<string> {
  const whole = { ...spec, template: template(space, script, { restartPolicy: 'Never', ...more }) };
  await space.post(BATCH, 'jobs', { metadata: { name: 'j' }, spec: whole });
  return space.path('jobs/j', BATCH);
}

describe('jobs', { concurrency: 8 }, () => {
  it('podFailurePolicy: an exit code of its list fails the job at once, whatever retries are left', async (t) => {
    const space = await (await cluster).space(t);
    const rules = [{ action: 'FailJob', onExitCodes: { containerName: 'main', operator: 'In', values: [42] } }];
    const path = await job(space, 'exit 42', { backoffLimit: 6, podFailurePolicy: { rules } });
    const { status } = await statusFits(space, path, failed);
    assert.equal(failed(status).reason, 'PodFailurePolicy');
    assert.match(failed(status).message, /exit code 42/);
    assert.equal(status.failed, 1);
  });

  it('podFailurePolicy: a pod that was evicted does not count as a failure', async (t) => {
    const space = await (await cluster).space(t);
    const rules = [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }];
    const path = await job(space, 'exec sleep 1000', { backoffLimit: 0, podFailurePolicy: { rules } });
    await statusFits(space, path, ({ ready }) => ready === 1);
    const [first] = (await space.get('pods')).items;
    assert.equal(await evict(space, first.metadata.name), 201);
    await space.gone(first.metadata.name);
    const last = space.last(first.metadata.name);
    assert.equal(condition(last, 'DisruptionTarget').reason, 'EvictionByEvictionAPI');
    assert.equal(last.status.phase, 'Failed');
    const { status } = await statusFits(space, path, ({ ready, terminating }) => ready === 1 && !terminating);
    assert.ok(!failed(status));
    assert.ok(!status.failed);
  });

  it('backoffLimitPerIndex: one index fails for good and the others complete', async (t) => {
    const space = await (await cluster).space(t);
    const path = await job(space, `exit $(( ${INDEX} == 1 ? 1 : 0 ))`, {
      completionMode: 'Indexed',
      completions: 3,
      parallelism: 3,
      backoffLimitPerIndex: 0,
    });
    const { status } = await statusFits(space, path, failed);
    assert.equal(failed(status).reason, 'FailedIndexes');
    assert.equal(status.failedIndexes, '1');
    assert.equal(status.completedIndexes, '0,2');
  });

  it('successPolicy: the job succeeds with the indexes that it names, and its other pods are ended', async (t) => {
    const space = await (await cluster).space(t);
    const path = await job(space, `[ ${INDEX} = 0 ] && exit 0; exec sleep 1000`, {
      completionMode: 'Indexed',
      completions: 2,
      parallelism: 2,
      successPolicy: { rules: [{ succeededIndexes: '0' }] },
    });
    const { status } = await statusFits(space, path, complete);
    assert.equal(hasCondition('SuccessCriteriaMet')(status).reason, 'SuccessPolicy');
    assert.equal(status.completedIndexes, '0');
    assert.ok(!status.active);
  });

  it('an indexed job tells each pod its index and names it by that', async (t) => {
    const space = await (await cluster).space(t);
    const path = await job(space, `echo ${INDEX} $HOSTNAME`, {
      completionMode: 'Indexed',
      completions: 2,
      parallelism: 2,
    });
    await statusFits(space, path, complete);
    for (const { metadata } of (await space.get('pods')).items) {
      const index = metadata.annotations['batch.kubernetes.io/job-completion-index'];
      assert.equal(await space.log(metadata.name), `${index} j-${index}\n`);
    }
  });

  it('suspended it has no pods, resumed it goes on, suspended again its pods end in their grace', async (t) => {
    const space = await (await cluster).space(t);
    const path = await job(space, `trap 'exit 0' TERM; while :; do sleep 0.1; done`, { suspend: true, completions: 1 });
    await statusFits(space, path, hasCondition('Suspended'));
    assert.equal((await space.get('pods')).items.length, 0);
    await mergePatch(space, path, { spec: { suspend: false } });
    const { status } = await statusFits(space, path, ({ ready }) => ready === 1);
    assert.ok(status.startTime);
    await mergePatch(space, path, { spec: { suspend: true } });
    const again = await statusFits(space, path, (s) => hasCondition('Suspended')(s) && !s.active && !s.terminating);
    assert.ok(!again.status.startTime);
    assert.ok(!again.status.failed);
  });

  it('activeDeadlineSeconds: the job fails and its pods are ended', async (t) => {
    const space = await (await cluster).space(t);
    const path = await job(space, 'exec sleep 1000', { activeDeadlineSeconds: 3 });
    const { status } = await statusFits(space, path, failed);
    assert.equal(failed(status).reason, 'DeadlineExceeded');
    assert.ok(!status.active);
  });

  it('podReplacementPolicy Failed: a new pod is made only when the old one has ended', async (t) => {
    const space = await (await cluster).space(t);
    const script = `trap 'sleep 3; exit 1' TERM; echo up; while :; do sleep 0.1; done`;
    const spec = { podReplacementPolicy: 'Failed', backoffLimit: 6 };
    const path = await job(space, script, spec, { terminationGracePeriodSeconds: 60 });
    await statusFits(space, path, ({ ready }) => ready === 1);
    const first = (await space.get('pods')).items[0].metadata.name;
    await space.logUntil(first, /up/);
    await space.delete(first);
    await statusFits(space, path, ({ active, terminating }) => terminating === 1 && !active);
    await space.gone(first);
    await statusFits(space, path, ({ active }) => active === 1);
    const created = space.history.findIndex((pod) => pod.metadata.name !== first);
    const overAt = space.history.findIndex(
      (pod) => pod.metadata.name === first && pod.status.phase === 'Failed' && statusOf(pod).state.terminated,
    );
    assert.ok(overAt >= 0 && (created < 0 || overAt < created), `over at ${overAt}, the next at ${created}`);
  });

  it('ttlSecondsAfterFinished: a job that is over goes with its pods', async (t) => {
    const space = await (await cluster).space(t);
    await job(space, 'exit 0', { ttlSecondsAfterFinished: 0 });
    await eventually('the job and its pods are gone', async () => {
      const jobs = await space.cluster.http.json<Json>({ path: space.path('jobs', BATCH) });
      assert.equal(jobs.items.length, 0);
      assert.equal((await space.get('pods')).items.length, 0);
    });
  });

  it('restartPolicy OnFailure: the pod restarts its container rather than the job its pod', async (t) => {
    const space = await (await cluster).space(t);
    const script = `[ -e $FAULTFLIX_ROOT/e/f ] && exit 0; touch $FAULTFLIX_ROOT/e/f; exit 1`;
    const containers = [space.sh(script, { volumeMounts: [{ name: 'e', mountPath: '/e' }] })];
    const path = await job(
      space,
      '',
      {},
      { restartPolicy: 'OnFailure', containers, volumes: [{ name: 'e', emptyDir: {} }] },
    );
    const { status } = await statusFits(space, path, complete);
    assert.ok(!status.failed);
    const { items } = await space.get('pods');
    assert.deepEqual([items.length, statusOf(items[0]).restartCount], [1, 1]);
  });
});
