import type { z } from 'zod';
import type { AuditRecord, Claims } from '../engine/journal.ts';
import type { Bucket } from '../engine/load-stream.ts';

export interface ProbeData {
  /** Buckets of the window that is judged, in order. */
  readonly window: readonly Bucket[];
  /** Buckets of the baseline, for probes that compare. */
  readonly baseline: readonly Bucket[];
  /** Absent when the auditor did not run. */
  readonly audit?: AuditRecord;
  /** By measure; absent when the auditor did not ask. */
  readonly claims?: Claims;
}

export interface Measurement {
  /** Absent when there was nothing to measure. */
  readonly value?: number;
  readonly samples: number;
  /** With fewer samples the value says nothing. */
  readonly needed: number;
  /** What the value would at least be were all samples that lack good ones: few samples can prove a limit exceeded. */
  readonly atLeast?: number;
  /** Why `value` is absent. */
  readonly missing?: string;
}

/** One steady-state measurement. The file's name is the measure; its default export is this. Pure over data. */
export interface Probe<Expectation> {
  readonly summary: string;
  /** The expectation's fields beside `measure`, strict. */
  readonly schema: z.ZodType<Expectation>;
  /**
   * `buckets` are judged in the baseline too and may be an abort condition; `audit` covers the whole run, and
   * `claims` what the platform, card network and mailbox say at its end.
   */
  readonly needs: 'buckets' | 'audit' | 'claims';
  readonly unit: string;
  /**
   * A single bucket already says something: such probes time detection and recovery to 100 ms, and recovery waits for
   * them. Rates of rare things do not.
   */
  readonly instant: boolean;
  measure(expectation: Expectation, data: ProbeData): Measurement;
  limit(expectation: Expectation): { readonly value: number; readonly sense: 'max' | 'min' };
}

// biome-ignore lint/suspicious/noExplicitAny: the registry holds probes of different expectations; each checks its own by schema
export type AnyProbe = Probe<any>;

export function isProbe(value: unknown): value is AnyProbe {
  const probe = value as Partial<AnyProbe> | undefined;
  return (
    typeof probe?.summary === 'string' &&
    probe.schema !== undefined &&
    typeof probe.measure === 'function' &&
    typeof probe.limit === 'function'
  );
}

/** Whether a value is within its limit. A value that is not a number never is. */
export function within(value: number, { value: limit, sense }: { value: number; sense: 'max' | 'min' }): boolean {
  return sense === 'max' ? value <= limit : value >= limit;
}
