import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRng } from '#base/rng.ts';
import { type Ended, runWith } from './run-with.ts';

/**
 * The controller is killed at every single step that it takes, before and after the step had its effect, and another one
 * goes on. Whatever the point: the run ends, nothing is left, nothing was injected twice or before the journal held it.
 */
/** What must be true after any run whatever; the reasons why it is not. */
function violations({ cluster, complete }: Ended): string[] {
  const found: string[] = [];
  const { status, injections, faultToxics } = cluster;
  if (!complete || status?.phase !== 'Complete') found.push(`the run never ended: ${status?.phase}`);
  for (const { name } of faultToxics) found.push(`a toxic was left: ${name}`);
  for (const { mark, journalled } of injections)
    if (!journalled) found.push(`${mark} was injected before the journal held it`);
  for (const id of ['0.0', '1.0']) {
    const times = injections.filter(({ mark }) => mark === id).length;
    if (times > 1) found.push(`${id} was injected ${times} times`);
  }
  for (const { id, state, injectedMs, recoveredMs } of status?.marks ?? []) {
    const isInjected = injections.some(({ mark }) => mark === id);
    if (isInjected && state !== 'recovered') found.push(`${id} ended as ${state}`);
    if (injectedMs !== undefined && !isInjected) found.push(`${id} is said to be injected and was not`);
    if (injectedMs !== undefined && recoveredMs === undefined) found.push(`${id} has no end`);
  }
  const inject = status?.phaseAtMs.Inject;
  if (inject !== undefined && status?.phaseAtMs.Recover === undefined) found.push('Inject was left without Recover');
  const shown = status?.verdict?.potency.filter(({ potent }) => potent).length ?? 0;
  if (status?.verdict?.outcome === 'held' && (shown < 2 || injections.length < 2))
    found.push('held without both faults');
  if (status?.phase === 'Complete' && !status.verdict) found.push('complete without a verdict');
  return found;
}

test('undisturbed, the run holds', async () => {
  const ended = await runWith();
  assert.deepEqual(violations(ended), []);
  assert.equal(ended.cluster.status?.verdict?.outcome, 'held', JSON.stringify(ended.cluster.status?.verdict?.reasons));
});

test('killed at every step, before and after its effect, another controller ends the run and leaves nothing', async () => {
  const steps = (await runWith()).incarnations[0]!.steps;
  assert.ok(steps.length > 50, `only ${steps.length} steps`);
  const outcomes = new Map<string, number>();
  for (let at = 1; at <= steps.length; at++) {
    for (const after of [false, true]) {
      const ended = await runWith({ kills: [[at, after]] });
      const where = `killed ${after ? 'after' : 'before'} step ${at} (${steps[at - 1]})`;
      assert.deepEqual(violations(ended), [], where);
      const outcome = ended.cluster.status?.verdict?.outcome ?? 'none';
      assert.ok(['held', 'inconclusive'].includes(outcome), `${where}: ${outcome}`);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  }
  // Only between a mark's journalling and its whole injection is it open what happened; from everywhere else the
  // successor saves the experiment, not only the platform.
  assert.ok((outcomes.get('held') ?? 0) > (outcomes.get('inconclusive') ?? 0) * 10, JSON.stringify([...outcomes]));
});

test('killed three times in one run, at points that a seed chooses', async () => {
  const rng = seededRng(20261124);
  for (let n = 0; n < 60; n++) {
    const kills = Array.from({ length: 3 }, () => [1 + Math.floor(rng.next() * 90), rng.next() < 0.5] as const);
    assert.deepEqual(violations(await runWith({ kills })), [], JSON.stringify(kills));
  }
});

test('known bad: a journal that is written after the injection is caught', async () => {
  const found = violations(await runWith({ spoil: { writesBehind: true } }));
  assert.ok(
    found.some((reason) => reason.includes('before the journal held it')),
    found.join('; '),
  );
});

test('known bad: a pod that was dying already is no kill of ours', async () => {
  const { cluster } = await runWith({ spoil: { dying: true } });
  assert.equal(cluster.status?.verdict?.outcome, 'inconclusive');
  assert.match(cluster.status?.verdict?.reasons.join() ?? '', /already dying/);
});
