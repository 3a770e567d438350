import { durationMs, parseDurationMs } from '#base/duration.ts';
import type { RunContext } from '../context.ts';
import { violated } from '../expectations.ts';
import type { AbortCondition, ExperimentSpec } from '../experiment.ts';
import type { Bucket } from '../load-stream.ts';
import { liveFigures } from '../observer.ts';

/** Longer than the run can take, so that the viewers are never gone before the verdict. */
const MARGIN_MS = 60_000;
/** Without figures for this long in the middle of a fault, nobody would see that it must be stopped. */
const BLIND_MS = 10_000;

/** Starts or adopts the viewers and takes in what their driver says, until its log ends. */
export async function followLoad(context: RunContext): Promise<void> {
  const { spec, run, ports, observer, status, signal } = context;
  if (!spec.load) {
    context.note((now) =>
      now.driver ? now : { ...now, driver: { name: 'none', version: '', script: '', viewers: 0 } },
    );
    return;
  }
  // Viewers that are gone later on are not replaced by fresh ones: what they saw is gone with them.
  const adopt = context.state.phase !== 'Baseline';
  const { job } = await ports.load.start({ run, load: spec.load, seed: status.seed, durationMs: loadMs(spec), adopt });
  const pod = await ports.load.pod(run, signal);
  observer.reread();
  const conditions = new AbortConditions();
  for await (const line of ports.load.lines(pod, signal)) {
    const hadStart = observer.start !== undefined;
    const bucket = observer.push(line);
    if (!hadStart && observer.start) noteDriver(context, job, pod);
    if (bucket) {
      context.bucketCame(bucket);
      conditions.check(context, bucket);
      if (observer.buckets.length % 10 === 0) noteLive(context);
    }
  }
  if (!observer.end) observer.fail('its log ended without an end line');
}

function noteDriver({ observer, spec, note }: RunContext, job: string, pod: string): void {
  const { driver, driverVersion, script, startedAtMs } = observer.start!;
  note((now) => ({
    ...now,
    driver: { name: driver, version: driverVersion, script, job, pod, startedAtMs, viewers: spec.load!.viewers },
  }));
}

function noteLive({ observer, note }: RunContext): void {
  const live = liveFigures(observer);
  if (live) note((now) => ({ ...now, live }));
}

/** A condition is looked at over this much: shorter, a single request would decide. */
const LOOK_MS = 1_000;

/** Abort conditions, at every bucket while faults are injected: exceeded without a break for the whole of their time. */
class AbortConditions {
  readonly #sinceMs = new Map<AbortCondition, number>();

  check({ spec, observer, state, status, emit }: RunContext, bucket: Bucket): void {
    if (state.phase !== 'Inject' || bucket.atMs < (status.phaseAtMs.Inject ?? 0)) return;
    for (const condition of spec.abort) {
      const { for: text, ...expectation } = condition;
      const words = violated(expectation, observer.trailing(LOOK_MS));
      if (words === undefined) {
        this.#sinceMs.delete(condition);
        continue;
      }
      const sinceMs = this.#sinceMs.get(condition) ?? bucket.atMs;
      this.#sinceMs.set(condition, sinceMs);
      if (bucket.atMs + bucket.spanMs - sinceMs < durationMs(text, 'spec.abort.for')) continue;
      emit({ type: 'abort', abort: { kind: 'condition', reason: `${words} for ${text}` } });
      return;
    }
  }
}

/** Stops the run when nobody can see any more what it does to viewers. */
export async function watchSight(context: RunContext): Promise<void> {
  const { spec, observer, ports, signal } = context;
  if (!spec.load) return;
  let seen = observer.buckets.length;
  let seenMs = ports.clock.now();
  while (!signal.aborted && context.state.phase === 'Inject') {
    await ports.clock.sleep(LOOK_MS, signal);
    if (observer.buckets.length !== seen) {
      seen = observer.buckets.length;
      seenMs = ports.clock.now();
    }
    if (context.state.phase !== 'Inject' || ports.clock.now() - seenMs < BLIND_MS) continue;
    const reason = `the viewers' figures stopped for ${BLIND_MS / 1000}s while faults were injected`;
    context.emit({ type: 'abort', abort: { kind: 'blind', reason } });
  }
}

function loadMs(spec: ExperimentSpec): number {
  const ends = spec.method.map(({ at, duration }) => ms(at) + ms(duration ?? '0s'));
  return ms(spec.load!.rampUp) + ms(spec.baseline) + Math.max(...ends) + ms(spec.recovery) + MARGIN_MS;
}

const ms = (text: string): number => parseDurationMs(text) ?? 0;
