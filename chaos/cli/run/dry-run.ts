/** What a run would do now: the controller's own planning, on the cluster as it is. Changes nothing. */
import { systemClock } from '#base/clock.ts';
import { durationMs } from '#base/duration.ts';
import { type Plan, planMarks } from '../../engine/plan.ts';
import { KubeCluster } from '../../world/kube/cluster.ts';
import type { Cluster } from '../cluster/connect.ts';
import type { Output } from '../terminal/output.ts';
import { elapsed } from '../terminal/step.ts';
import type { Scenario } from './scenario.ts';

/** The victims that the seed chooses among the pods that are there now, and each mark, as the controller would plan it. */
export async function planOn({ http }: Cluster, { experiment: { spec } }: Scenario): Promise<Plan> {
  const unused = (): never => {
    throw new Error('a plan only looks at pods');
  };
  const measuring = new Proxy({}, { get: unused });
  const cluster = new KubeCluster({
    http,
    clock: systemClock,
    wardens: measuring as never,
    callers: measuring as never,
    ca: unused,
  });
  try {
    return await planMarks({ spec, cluster, seed: spec.seed, startMs: 0 });
  } finally {
    cluster.endWatches();
  }
}

/** Exit code: 0, or 5 when nothing would be injected, as the run itself would end. */
export function showPlan({ marks, spared, refusal }: Plan, { experiment }: Scenario, out: Output): number {
  const { spec } = experiment;
  const { style } = out.terminal;
  out.emit({ type: 'plan', seed: spec.seed, marks, spared, ...(refusal ? { refusal } : {}) });
  out.print(style('strong', `${experiment.metadata.name}: ${spec.title}`));
  out.print(`seed ${spec.seed}; with the pods that are there now; nothing was applied`);
  out.print();
  out.print(`baseline    ${spec.baseline}`);
  for (const { fault, target, dueMs, untilMs, mark } of marks) {
    const until = untilMs === undefined ? '' : ` until ${elapsed(untilMs)}`;
    out.print(
      `at ${elapsed(dueMs).padEnd(8)} ${fault} on ${target.namespace}/${target.name} (node ${target.node})${until}`,
    );
    out.print(style('dim', `            ${JSON.stringify(mark)}`));
  }
  const lastMs = Math.max(
    0,
    ...spec.method.map(({ at, duration = '0s' }) => durationMs(at, 'at') + durationMs(duration, 'duration')),
  );
  if (!refusal) out.print(`at ${elapsed(lastMs).padEnd(8)} recovery, at most ${spec.recovery}`);
  for (const { step, pod, reason } of spared) out.print(`spared      ${pod} of method[${step}]: ${reason}`);
  if (!refusal) return 0;
  out.print(`${style('bad', 'nothing would be injected')}: ${refusal.reason}`);
  return 5;
}
