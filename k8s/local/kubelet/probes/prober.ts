import { setTimeout as sleep } from 'node:timers/promises';
import type { Probe } from '../types.ts';
import { check, type Outcome, type ProbeTarget } from './check.ts';
import { judge, type Standing, unknown } from './thresholds.ts';

export type ProbeKind = 'startup' | 'liveness' | 'readiness';

interface Options {
  readonly kind: ProbeKind;
  readonly probe: Probe;
  readonly target: ProbeTarget;
  /** When the container started: the initial delay counts from there. */
  readonly startedAtMs: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Each time the verdict becomes another one (or a failure is reached again). */
  readonly onVerdict: (verdict: 'success' | 'failure', outcome: Outcome) => void;
  readonly onFailure: (outcome: Outcome) => void;
}

/** Asks again and again until the signal aborts. A startup probe ends with its first verdict. */
export async function runProbe({
  kind,
  probe,
  target,
  startedAtMs,
  now,
  signal,
  onVerdict,
  onFailure,
}: Options): Promise<void> {
  const periodMs = (probe.periodSeconds ?? 10) * 1_000;
  let standing: Standing = unknown;
  const firstMs = startedAtMs + (probe.initialDelaySeconds ?? 0) * 1_000 - now();
  if (firstMs > 0) await sleep(firstMs, undefined, { signal });
  let dueAtMs = now();
  let early = 0;
  while (!signal.aborted) {
    const askedAtMs = now();
    const due = askedAtMs >= dueAtMs;
    if (due) dueAtMs = askedAtMs + periodMs;
    const outcome = await check(probe, target);
    if (signal.aborted) return;
    const before = standing.verdict;
    if (outcome.ok || due) {
      standing = judge(standing, outcome.ok, probe);
      if (!outcome.ok) onFailure(outcome);
      const again = standing.verdict === 'failure' && kind === 'liveness';
      if (standing.verdict !== 'unknown' && (standing.verdict !== before || again)) {
        onVerdict(standing.verdict, outcome);
        if (kind === 'startup') return;
      }
    }
    const untilDueMs = dueAtMs - now();
    const waitMs = eager(kind, probe, standing) ? Math.min(untilDueMs, earlyMs(probe, early++)) : untilDueMs;
    await sleep(Math.max(0, waitMs), undefined, { signal });
  }
}

/**
 * A container that has not come up yet is also asked between its periods, so that it counts as soon as it can. Only a
 * success of these is counted, so that a failure threshold still means what the manifest says.
 */
function eager(kind: ProbeKind, { successThreshold = 1 }: Probe, standing: Standing): boolean {
  return kind !== 'liveness' && successThreshold === 1 && standing.verdict === 'unknown';
}

const earlyMs = (probe: Probe, asked: number) => Math.min(1_000, (probe.exec ? 200 : 30) * 1.3 ** Math.min(asked, 30));
