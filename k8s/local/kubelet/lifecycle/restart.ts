import type { Container, ContainerKind, Pod } from '../types.ts';
import type { ContainerRuntime, Exit } from './runtime.ts';

/** The kubelet's own constants (pkg/kubelet: MaxContainerBackOff, backOffPeriod): 10 s, doubling to 5 min. */
const FIRST_MS = 10_000;
const MAX_MS = 300_000;
/** A container that last restarted this long ago starts afresh (client-go flowcontrol.Backoff: twice the maximum). */
const FORGET_MS = 2 * MAX_MS;

export interface RestartQuestion {
  readonly pod: Pod;
  readonly kind: ContainerKind;
  readonly spec: Container;
  readonly exit: Exit;
}

/** Whether the container is to run again after this exit, by its own rules and policy, else by the pod's. */
export function restarts({ pod, kind, spec, exit }: RestartQuestion): boolean {
  if (kind === 'sidecar') return true;
  for (const rule of rulesOf(spec)) {
    const { operator, values = [] } = rule.exitCodes ?? {};
    const listed = values.includes(exit.exitCode);
    if (rule.action === 'Restart' && rule.exitCodes && (operator === 'NotIn' ? !listed : listed)) return true;
  }
  const policy = spec.restartPolicy ?? pod.spec.restartPolicy ?? 'Always';
  if (exit.toRestart) return policy !== 'Never';
  if (kind === 'init') return exit.exitCode !== 0 && policy !== 'Never';
  return policy === 'Always' || (policy === 'OnFailure' && exit.exitCode !== 0);
}

interface Rule {
  readonly action: string;
  readonly exitCodes?: { readonly operator: string; readonly values?: readonly number[] };
}
const rulesOf = (spec: Container): readonly Rule[] =>
  (spec as { restartPolicyRules?: readonly Rule[] }).restartPolicyRules ?? [];

/** The earliest time of the next start. The first restart is at once, the second 10 s after the exit, then 20 s… */
export function nextStartMs({ backoff }: ContainerRuntime, exit: Exit): number {
  if (!backoff || forgotten(backoff, exit.finishedAtMs)) return exit.finishedAtMs;
  return exit.finishedAtMs + backoff.delayMs;
}

/** The back-off that a restart at `nowMs` leaves behind. */
export function backoffAfterRestart(
  { backoff }: ContainerRuntime,
  nowMs: number,
): { readonly delayMs: number; readonly startedAtMs: number } {
  const delayMs = !backoff || forgotten(backoff, nowMs) ? FIRST_MS : Math.min(MAX_MS, backoff.delayMs * 2);
  return { delayMs, startedAtMs: nowMs };
}

const forgotten = (backoff: { readonly startedAtMs: number }, nowMs: number) => nowMs - backoff.startedAtMs > FORGET_MS;

/** Delay before the image is asked for again, after `fails` failures. */
export const pullBackoffMs = (fails: number): number => Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(fails - 1, 10));
