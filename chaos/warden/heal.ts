import { isFaultToxic, parseToxicName } from './toxic-name.ts';

export interface FoundToxic {
  readonly podUid: string;
  readonly proxy: string;
  readonly name: string;
}

export interface HealOptions {
  readonly toxics: readonly FoundToxic[];
  /** Until when each run's lease holds, by run. */
  readonly leases: ReadonlyMap<string, number>;
  readonly nowMs: number;
  /** Until when a run that this warden has never heard of is given the benefit of the doubt: its start plus one lease. */
  readonly graceUntilMs: number;
}

export interface HealPlan {
  readonly remove: readonly FoundToxic[];
  /** When the next of the toxics that stay is due, if nobody renews: undefined when there is none. */
  readonly nextMs: number | undefined;
}

/**
 * Which toxics are to go now: those of faults whose own expiry has passed or whose run's lease has run out. Only names
 * that begin with `ff.` are ever touched; one of them that cannot be read has nobody who renews it and goes at once.
 */
export function planHealing({ toxics, leases, nowMs, graceUntilMs }: HealOptions): HealPlan {
  const remove: FoundToxic[] = [];
  let nextMs: number | undefined;
  for (const toxic of toxics) {
    if (!isFaultToxic(toxic.name)) continue;
    const dueMs = dueOf(toxic.name, leases, graceUntilMs);
    if (dueMs <= nowMs) remove.push(toxic);
    else nextMs = Math.min(nextMs ?? dueMs, dueMs);
  }
  return { remove, nextMs };
}

function dueOf(name: string, leases: ReadonlyMap<string, number>, graceUntilMs: number): number {
  const parsed = parseToxicName(name);
  if (!parsed) return 0;
  return Math.min(parsed.expiresAtMs, leases.get(parsed.run) ?? graceUntilMs);
}
