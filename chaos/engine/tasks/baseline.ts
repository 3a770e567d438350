import { durationMs } from '#base/duration.ts';
import { type Change, eventChange, type RunContext } from '../context.ts';
import { exitCodes } from '../journal.ts';
import { judgeBaseline } from '../verdict.ts';
import type { Window } from '../windows.ts';

/** From the load's start until its first line: a pod is made and its script loaded. */
const START_TIMEOUT_MS = 120_000;
/** Buckets come ten times a second: this long without one is not a delay but an end. */
const STALL_MS = 10_000;

/** Checks the Experiment against the cluster: what no cluster state could make right is refused here. */
export async function admit(context: RunContext): Promise<void> {
  const { spec, ports, status } = context;
  const { refusal } = await context.planner.plan({
    spec,
    cluster: ports.cluster,
    seed: status.seed,
    startMs: ports.clock.now(),
  });
  if (refusal?.kind === 'no-match' || refusal?.kind === 'radius') {
    context.emit({ type: 'refused' }, refuse(refusal.reason, ports.clock.now()));
  } else {
    const none = { name: 'none', version: '', script: '', viewers: 0 } as const;
    context.emit({ type: 'admitted' }, (now) => (spec.load ? now : { ...now, driver: none }));
  }
}

/** Nothing was injected; `bad-input` is the author's to mend. */
export const refuse =
  (reason: string, nowMs: number): Change =>
  (status) => ({
    ...status,
    completedAt: new Date(nowMs).toISOString(),
    verdict: {
      outcome: 'bad-input',
      exitCode: exitCodes['bad-input'],
      reasons: [reason],
      expectations: [],
      potency: [],
      seed: status.seed,
    },
  });

/** Watches the steady state, then chooses the victims. */
export async function watchBaseline(context: RunContext): Promise<void> {
  const { spec, ports, status } = context;
  const { clock, cluster } = ports;
  const doubts = spec.load ? await watchViewers(context) : await rest(context);
  if (context.signal.aborted || context.state.phase !== 'Baseline') return;
  if (doubts.length > 0) {
    context.emit({ type: 'unsteady' }, (now) => ({ ...now, doubts }));
    return;
  }
  const { marks, spared, refusal } = await context.planner.plan({
    spec,
    cluster,
    seed: status.seed,
    startMs: clock.now(),
  });
  context.emit({ type: 'steady', marks: marks.map(({ id }) => id) }, (now) => ({
    ...eventChange(clock.now(), 'planned', `${marks.length} marks`)(now),
    marks,
    spared,
    targets: marks.map(({ target }) => target),
    ...(refusal ? { doubts: [refusal.reason] } : {}),
  }));
}

async function rest({ spec, ports, signal, status }: RunContext): Promise<string[]> {
  const fromMs = status.phaseAtMs.Baseline ?? ports.clock.now();
  const leftMs = fromMs + durationMs(spec.baseline, 'spec.baseline') - ports.clock.now();
  if (leftMs > 0) await ports.clock.sleep(leftMs, signal);
  return [];
}

async function watchViewers(context: RunContext): Promise<string[]> {
  const { spec, observer } = context;
  const window = () => baselineWindow(context);
  for (;;) {
    const last = observer.buckets.at(-1);
    const baseline = window();
    if (last && baseline && last.atMs + last.spanMs >= baseline.toMs) {
      return judgeBaseline(spec, observer.data(baseline.toMs), baseline);
    }
    const bucket = await context.nextBucket(observer.start ? STALL_MS : START_TIMEOUT_MS);
    if (context.signal.aborted) return [];
    if (!bucket)
      return observer.start ? ["the viewers' figures stopped in the baseline"] : ['the viewers never started'];
  }
}

/** From the end of the ramp-up on, in the driver's time; undefined until the driver has begun. */
export function baselineWindow({ spec, observer }: Pick<RunContext, 'spec' | 'observer'>): Window | undefined {
  if (!spec.load || !observer.start) return undefined;
  const fromMs = observer.start.startedAtMs + durationMs(spec.load.rampUp, 'spec.load.rampUp');
  return { fromMs, toMs: fromMs + durationMs(spec.baseline, 'spec.baseline') };
}
