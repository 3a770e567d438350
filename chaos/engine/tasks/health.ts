import { durationMs } from '#base/duration.ts';
import { messageOf } from '#base/errors.ts';
import { markChange, type RunContext } from '../context.ts';
import { violatedNow } from '../expectations.ts';
import type { MarkRecord, ResidueRecord } from '../journal.ts';
import { type Difference, residueOf } from '../residue.ts';
import { requestsIn } from '../windows.ts';
import { timedListeners, watchReady } from './marks.ts';

/** Viewers are well again when no expectation was violated for this long. */
const WELL_MS = 5_000;
const LOOK_EVERY_MS = 250;

/** Waits until nothing is left behind, services are whole and viewers are well; the recovery time at most. */
export async function watchHealth(context: RunContext): Promise<void> {
  const { spec, ports, status, signal } = context;
  const deadlineMs = (status.phaseAtMs.Recover ?? ports.clock.now()) + durationMs(spec.recovery, 'spec.recovery');
  const begun = status.marks.filter(({ before, state }) => before && state !== 'planned' && state !== 'skipped');
  const over = () => signal.aborted || ports.clock.now() >= deadlineMs;
  const findings = await Promise.all([
    ...begun.map((mark) => clean(context, mark.id, over)),
    ...begun.map((mark) => ready(context, mark, deadlineMs)),
    viewersWell(context, deadlineMs),
  ]);
  if (signal.aborted) return;
  const missing = findings.flatMap((finding) => (typeof finding === 'string' ? [finding] : []));
  const residue = findings.flatMap((finding) => (typeof finding === 'object' ? finding : []));
  const atMs = ports.clock.now();
  context.emit({ type: 'settled' }, (now) => ({
    ...now,
    residue: [...now.residue, ...residue],
    recovery: { atMs, well: missing.length + residue.length === 0, missing },
  }));
}

type Finding = undefined | string | readonly ResidueRecord[];

/** Measures the target until it is as it was before the fault. */
async function clean(context: RunContext, id: string, over: () => boolean): Promise<Finding> {
  const { ports, signal } = context;
  let left: readonly Difference[] | undefined;
  let trouble = 'it was never measured';
  for (;;) {
    const record = context.status.marks.find((mark) => mark.id === id)!;
    if (record.state === 'recovered') {
      try {
        left = residueOf(record.before!, await ports.cluster.snapshot(record.target, timedListeners(record)));
      } catch (error) {
        left = undefined;
        trouble = messageOf(error);
      }
      if (left?.length === 0) {
        context.note(markChange(id, { cleanMs: ports.clock.now() }));
        return undefined;
      }
    } else {
      trouble = 'the fault could not be undone';
    }
    if (over()) {
      const pod = `${record.target.namespace}/${record.target.name}`;
      if (left) return left.map((difference) => ({ mark: id, pod, ...difference }));
      return record.state === 'recovered'
        ? `${pod} could not be measured again: ${trouble}`
        : [{ mark: id, pod, what: record.fault, before: 'absent', after: trouble }];
    }
    await Promise.race([context.changed(), ports.clock.sleep(LOOK_EVERY_MS, signal)]);
  }
}

async function ready(context: RunContext, record: MarkRecord, deadlineMs: number): Promise<Finding> {
  const { ports, signal } = context;
  const known = () => context.status.marks.find(({ id }) => id === record.id)?.readyAgainMs !== undefined;
  if (known()) return undefined;
  const late = ports.clock.sleep(Math.max(0, deadlineMs - ports.clock.now()), signal);
  await Promise.race([watchReady(context, record), late]);
  if (known()) return undefined;
  return `${record.target.service} in ${record.target.namespace} has fewer than ${record.before!.readyPods} ready pods`;
}

async function viewersWell(context: RunContext, deadlineMs: number): Promise<Finding> {
  const { spec, observer, ports } = context;
  if (!spec.load) return undefined;
  let why = "the viewers' figures stopped";
  for (;;) {
    const healedMs = Math.max(
      context.status.phaseAtMs.Recover ?? 0,
      ...context.status.marks.map((m) => m.recoveredMs ?? 0),
    );
    const window = observer.trailing(WELL_MS);
    const since = window[0]?.atMs ?? 0;
    if (window.length > 0 && since >= healedMs) {
      const bad = violatedNow(spec.steadyState, window);
      const { ok, failed } = requestsIn(window);
      if (!bad && ok + failed > 0) return undefined;
      why = bad ? `viewers still see ${bad.measure} outside its limit` : 'viewers make no requests';
    } else if (window.length > 0) {
      why = `viewers were not watched for ${WELL_MS / 1000}s after the fault`;
    }
    const leftMs = deadlineMs - ports.clock.now();
    if (leftMs <= 0 || !(await context.nextBucket(leftMs))) return why;
  }
}
