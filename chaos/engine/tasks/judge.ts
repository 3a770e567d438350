import { messageOf } from '#base/errors.ts';
import { probes } from '../../probes/registry.ts';
import { eventChange, type RunContext } from '../context.ts';
import type { AuditRecord, Claims } from '../journal.ts';
import { timelineOf } from '../observer.ts';
import { type Evidence, judge } from '../verdict.ts';
import type { Window } from '../windows.ts';
import { baselineWindow } from './baseline.ts';

/** The last buckets are still under way when recovery ends. */
const LAST_BUCKETS_MS = 5_000;

export async function judgeRun(context: RunContext): Promise<void> {
  const { spec, observer, signal } = context;
  // A predecessor judged and was lost before it could end the viewers: its verdict stands.
  if (context.status.verdict) return context.emit({ type: 'judged' });
  const fault = faultWindow(context);
  if (fault && spec.load) await awaitBuckets(context, fault.toMs);
  const audit = fault && spec.load ? await auditPlays(context) : undefined;
  const claims = fault && spec.load ? await auditClaims(context, fault.fromMs) : undefined;
  if (signal.aborted) return;
  const baseline = baselineWindow(context);
  const evidence: Evidence = {
    spec,
    status: context.status,
    load: observer.data(fault?.toMs ?? 0),
    ...(baseline && observer.buckets.length > 0 ? { baseline } : {}),
    ...(fault ? { fault } : {}),
    ...(audit ? { audit } : {}),
    ...(claims ? { claims } : {}),
  };
  const verdict = judge(evidence);
  context.emit({ type: 'judged' }, (now) => ({
    ...now,
    verdict,
    ...(audit ? { audit } : {}),
    ...(claims ? { claims } : {}),
    timeline: timelineOf(observer.buckets),
  }));
}

/** From the first injection to the end of recovery; undefined when nothing was injected. */
function faultWindow({ status }: RunContext): Window | undefined {
  const begun = status.marks.flatMap(({ injectedMs, journalledMs, state }) =>
    state === 'skipped' ? [] : (injectedMs ?? journalledMs ?? []),
  );
  if (begun.length === 0 || !status.recovery) return undefined;
  return { fromMs: Math.min(...begun), toMs: status.recovery.atMs };
}

async function awaitBuckets(context: RunContext, untilMs: number): Promise<void> {
  const { observer, ports } = context;
  const deadlineMs = ports.clock.now() + LAST_BUCKETS_MS;
  for (;;) {
    const last = observer.buckets.at(-1);
    if (last && last.atMs + last.spanMs >= untilMs) return;
    const leftMs = deadlineMs - ports.clock.now();
    if (leftMs <= 0 || !(await context.nextBucket(leftMs))) return;
  }
}

async function auditPlays({ ports, observer, status, note, signal }: RunContext): Promise<AuditRecord | undefined> {
  const faultsAtMs = status.marks.flatMap(({ injectedMs }) => injectedMs ?? []);
  try {
    return await ports.auditor.check(observer.plays, faultsAtMs, signal);
  } catch (error) {
    note(eventChange(ports.clock.now(), 'auditor-failed', messageOf(error)));
    return undefined;
  }
}

/** Only when it is asked for: it waits until what viewers were told is settled everywhere. */
async function auditClaims(context: RunContext, faultAtMs: number): Promise<Claims | undefined> {
  const { spec, ports, note, signal } = context;
  const checks = spec.steadyState
    .map(({ measure }) => measure)
    .filter((measure) => probes.get(measure)?.needs === 'claims');
  if (checks.length === 0) return undefined;
  const over = new AbortController();
  try {
    const lines = toldLines(context, AbortSignal.any([over.signal, signal]));
    const untilMs = ports.clock.now();
    return await ports.claims.settle({ checks: [...new Set(checks)], lines, untilMs, faultAtMs, signal });
  } catch (error) {
    note(eventChange(ports.clock.now(), 'auditor-failed', messageOf(error)));
    return undefined;
  } finally {
    over.abort();
  }
}

/** Longer than buckets are apart; a stream that is over has no more to tell. */
const NEXT_BUCKET_MS = 1_000;

async function* toldLines({ observer, nextBucket }: RunContext, over: AbortSignal): AsyncGenerator<string> {
  let next = 0;
  while (!over.aborted) {
    while (next < observer.told.length) yield observer.told[next++]!;
    const bucket = await nextBucket(NEXT_BUCKET_MS);
    if (!bucket && observer.end) return;
  }
}
