import { durationMs } from '#base/duration.ts';
import { labels, places } from '#base/names.ts';
import { seededRng } from '#base/rng.ts';
import { faultKinds } from '../faults/registry.ts';
import { type Candidate, nameOf, type Refusal, type Selection, select } from '../monkey/select.ts';
import type { Target } from '../world/target.ts';
import type { ExperimentSpec, Step } from './experiment.ts';
import type { MarkRecord, SparedRecord } from './journal.ts';
import type { Cluster } from './ports.ts';

/** On a pod, or on the Experiment or the namespace `chaos`: no faults, at once. */
export const HALT = 'faultflix.dev/halt';

/** How much later than its planned end a fault's own expiry is: time enough to heal it in good order. */
const GRACE_MS = 15_000;

export interface Plan {
  readonly marks: readonly MarkRecord[];
  readonly spared: readonly SparedRecord[];
  /** Why nothing is to be injected. */
  readonly refusal?: Refusal;
}

export interface PlanOptions {
  readonly spec: ExperimentSpec;
  readonly cluster: Cluster;
  readonly seed: number;
  /** When the inject phase begins. */
  readonly startMs: number;
}

/** A plan is good for this long: the snapshot before each fault looks at its target once more anyway. */
const FRESH_MS = 1_000;

/** As `planMarks`, but a plan made a moment ago serves again: an experiment without a baseline plans but once. */
export class Planner {
  #last: { readonly startMs: number; readonly plan: Plan } | undefined;

  async plan(options: PlanOptions): Promise<Plan> {
    const last = this.#last;
    const byMs = last ? options.startMs - last.startMs : Number.POSITIVE_INFINITY;
    if (last && byMs < FRESH_MS) return { ...last.plan, marks: last.plan.marks.map((mark) => later(mark, byMs)) };
    const plan = await planMarks(options);
    this.#last = { startMs: options.startMs, plan };
    return plan;
  }
}

const later = (mark: MarkRecord, byMs: number): MarkRecord => ({
  ...mark,
  dueMs: mark.dueMs + byMs,
  expiresAtMs: mark.expiresAtMs + byMs,
  ...(mark.untilMs === undefined ? {} : { untilMs: mark.untilMs + byMs }),
});

/**
 * Chooses the victims of every step and plans each mark. All or nothing: when one step cannot be done as asked, none is,
 * since half a method would be judged as if it were the whole.
 */
export async function planMarks({ spec, cluster, seed, startMs }: PlanOptions): Promise<Plan> {
  const rng = seededRng(seed);
  const marks: MarkRecord[] = [];
  const spared: SparedRecord[] = [];
  for (const [index, step] of spec.method.entries()) {
    const kind = faultKinds.get(step.fault)!;
    const [candidates, budgets] = await Promise.all([
      cluster.candidates(step.target),
      kind.endsPod ? cluster.budgets(step.target.regions ?? places) : [],
    ]);
    const selection = select({
      selector: step.target,
      candidates,
      budgets,
      radius: spec.blastRadius,
      already: marks.map(({ target }) => target),
      endsPods: kind.endsPod ?? false,
      optInLabel: labels.chaosOptIn,
      haltAnnotation: HALT,
      rng: rng.fork(`step ${index}`),
    });
    spared.push(...selection.spared.map((entry) => ({ step: index, ...entry })));
    if (selection.refusal) return { marks: [], spared, refusal: about(index, step, selection.refusal) };
    const { targets, no } = await settle(selection, cluster);
    spared.push(...no.map((entry) => ({ step: index, ...entry })));
    if (targets.length < selection.victims.length) {
      const reason = `${selection.victims.length} pods are to be hit, ${targets.length} can be`;
      return { marks: [], spared, refusal: about(index, step, { kind: 'short', reason }) };
    }
    for (const [n, target] of targets.entries()) {
      const fits = kind.fits(step.with, target);
      if (fits !== true) {
        return { marks: [], spared, refusal: about(index, step, { kind: 'radius', reason: fits.no }) };
      }
      const dueMs = startMs + durationMs(step.at, `spec.method[${index}].at`);
      const lastsMs = step.duration === undefined ? 0 : durationMs(step.duration, `spec.method[${index}].duration`);
      marks.push({
        id: `${index}.${n}`,
        step: index,
        fault: step.fault,
        target,
        mark: kind.plan(step.with, target, rng.fork(`mark ${index}.${n}`)),
        state: 'planned',
        dueMs,
        ...(kind.instant ? {} : { untilMs: dueMs + lastsMs }),
        expiresAtMs: dueMs + lastsMs + GRACE_MS,
      });
    }
  }
  return { marks, spared };
}

/** The victims as they are now; a reserve of the same namespace takes the place of one that cannot be a target. */
async function settle(
  { victims, reserves }: Selection,
  cluster: Cluster,
): Promise<{ targets: Target[]; no: { pod: string; reason: string }[] }> {
  const targets: Target[] = [];
  const no: { pod: string; reason: string }[] = [];
  const left = [...reserves];
  for (const victim of victims) {
    let candidate: Candidate | undefined = victim;
    while (candidate) {
      const settled = await cluster.settle(candidate);
      if (!('no' in settled)) {
        targets.push(settled);
        break;
      }
      no.push({ pod: nameOf(candidate), reason: settled.no });
      const next = left.findIndex(({ namespace }) => namespace === victim.namespace);
      candidate = next < 0 ? undefined : left.splice(next, 1)[0];
    }
  }
  return { targets, no };
}

const about = (index: number, step: Step, { kind, reason }: Refusal): Refusal => ({
  kind,
  reason: `method[${index}] ${step.fault} on ${step.target.service}: ${reason}`,
});
