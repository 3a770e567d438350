import type { History } from './history.ts';

/** What a checker answers: one line of JSON, docs/architecture.md, "The auditor". */
export interface Answer {
  readonly check: string;
  /** `no-data`: nothing speaks against it, and nothing for it. Never to be taken for ok. */
  readonly verdict: 'ok' | 'lost' | 'no-data';
  readonly lost: number;
  readonly acknowledged: number;
  readonly continued: number;
  /** Too young when the history ended, or over before anything could be asked of it. */
  readonly undecided: number;
  /** A few of the lost, each with the reason. */
  readonly examples: readonly Example[];
  /** Whether the history went up to the driver's `end`. */
  readonly complete: boolean;
  readonly why: string;
}

export interface Example {
  readonly playback: string;
  readonly session: string;
  readonly title: string;
  readonly acknowledgedAtMs: number;
  readonly why: string;
}

/** A property of a history; pure. */
export type Checker = (history: History) => Answer;

export const exitCodes: Record<Answer['verdict'], number> = { ok: 0, lost: 1, 'no-data': 5 };
