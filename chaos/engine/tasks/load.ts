import { durationMs, parseDurationMs } from '#base/duration.ts';
import type { RunContext } from '../context.ts';
import { violated } from '../expectations.ts';
import type { ExperimentSpec } from '../experiment.ts';
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
  for await (const line of ports.load.lines(pod, signal)) {
    const hadStart = observer.start !== undefined;
    const bucket = observer.push(line);
    if (!hadStart && observer.start) noteDriver(context, job, pod);
    if (bucket) {
      context.bucketCame(bucket);
      checkAbort(context);
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

/** Abort conditions, at every bucket while faults are injected: the limit exceeded over the whole of their time. */
function checkAbort({ spec, observer, state, status, emit }: RunContext): void {
  if (state.phase !== 'Inject') return;
  const sinceMs = status.phaseAtMs.Inject ?? 0;
  for (const { for: text, ...expectation } of spec.abort) {
    const forMs = durationMs(text, 'spec.abort.for');
    const window = observer.trailing(forMs);
    if (window.length === 0 || window[0]!.atMs < sinceMs) continue;
    const words = violated(expectation, window);
    if (words !== undefined) {
      emit({ type: 'abort', abort: { kind: 'condition', reason: `${words} for ${text}` } });
      return;
    }
  }
}

/** Stops the run when nobody can see any more what it does to viewers. */
export async function watchSight(context: RunContext): Promise<void> {
  const { spec, observer, ports, signal } = context;
  if (!spec.load) return;
  while (!signal.aborted && context.state.phase === 'Inject') {
    const seen = observer.buckets.length;
    await ports.clock.sleep(BLIND_MS, signal);
    if (context.state.phase === 'Inject' && observer.buckets.length === seen) {
      const reason = `the viewers' figures stopped for ${BLIND_MS / 1000}s while faults were injected`;
      context.emit({ type: 'abort', abort: { kind: 'blind', reason } });
    }
  }
}

function loadMs(spec: ExperimentSpec): number {
  const ends = spec.method.map(({ at, duration }) => ms(at) + ms(duration ?? '0s'));
  return ms(spec.load!.rampUp) + ms(spec.baseline) + Math.max(...ends) + ms(spec.recovery) + MARGIN_MS;
}

const ms = (text: string): number => parseDurationMs(text) ?? 0;
