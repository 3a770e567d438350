/**
 * The journal of one run: `status` of its Experiment, the one record that the controller, its successor, the CLI and the
 * report read. Written before each injection. Times are epoch milliseconds of the writer unless a name says otherwise.
 */
import type { Json } from '../world/json.ts';
import type { Effect, Snapshot, Target } from '../world/target.ts';

export const phases = ['Pending', 'Baseline', 'Inject', 'Recover', 'Verdict', 'Complete'] as const;
export type Phase = (typeof phases)[number];

export const outcomes = ['held', 'deviated', 'inconclusive', 'aborted', 'residue', 'bad-input'] as const;
/** `bad-input` is an Experiment that was refused: nothing was injected. */
export type Outcome = (typeof outcomes)[number];

export const exitCodes: Readonly<Record<Outcome, number>> = {
  held: 0,
  deviated: 1,
  'bad-input': 2,
  aborted: 4,
  inconclusive: 5,
  residue: 6,
};

/** One fault on one target. `id` is `<step>.<n>`. */
export interface MarkRecord {
  readonly id: string;
  /** Index in `spec.method`. */
  readonly step: number;
  readonly fault: string;
  readonly target: Target;
  /** What the fault planned: enough to inject, measure and recover from any process. */
  readonly mark: Json;
  readonly state: MarkState;
  /** When it should begin and end; `untilMs` absent when the fault is over once injected. */
  readonly dueMs: number;
  readonly untilMs?: number;
  /** In the name of everything that the fault leaves anywhere: whoever sees it pass heals. */
  readonly expiresAtMs: number;
  readonly before?: Snapshot;
  readonly journalledMs?: number;
  readonly injectedMs?: number;
  readonly recoveredMs?: number;
  /** The target's service had as many Ready pods as before the fault, first time after injection. */
  readonly readyAgainMs?: number;
  /** When the target was measured again after recovery and was as before, or was gone. */
  readonly cleanMs?: number;
  readonly error?: string;
}

/**
 * `journalled` says that an injection may have begun; no mark is injected from any state but in the one step that
 * follows its own journalling.
 */
export const markStates = ['planned', 'journalled', 'injected', 'recovered', 'skipped'] as const;
export type MarkState = (typeof markStates)[number];

export interface EffectRecord extends Effect {
  /** Id of its mark. */
  readonly mark: string;
  readonly atMs: number;
}

/** Candidates that were not chosen, and why. */
export interface SparedRecord {
  readonly step: number;
  readonly pod: string;
  readonly reason: string;
}

export interface ResidueRecord {
  readonly mark: string;
  readonly pod: string;
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

export interface EventRecord {
  readonly atMs: number;
  readonly type: string;
  readonly message: string;
}

export interface Condition {
  readonly type: 'Accepted' | 'Steady' | 'Injected' | 'Recovered' | 'Complete';
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

export interface DriverRecord {
  /** `none` when the Experiment has no load. */
  readonly name: 'embedded' | 'k6' | 'none';
  readonly version: string;
  readonly script: string;
  /** Job and its pod in namespace `chaos`. */
  readonly job?: string;
  readonly pod?: string;
  readonly startedAtMs?: number;
  readonly viewers: number;
}

/** What viewers see right now (over the last second), for people who watch. */
export interface LiveRecord {
  readonly atMs: number;
  readonly viewers: number;
  /** Stream starts a second. */
  readonly sps: number;
  /** Failed of all viewer requests. */
  readonly errorRatio: number;
  readonly requests: number;
  /** Over the last 10 s; absent when nothing started. */
  readonly startupP95Ms?: number;
  readonly rebufferRatio: number;
}

/** One point of the timeline that the report draws: sums over `spanMs` from `atMs`. */
export interface TimelinePoint {
  readonly atMs: number;
  readonly spanMs: number;
  readonly viewers: number;
  readonly ok: number;
  readonly failed: number;
  readonly starts: number;
  readonly failedStarts: number;
  readonly startupP95Ms?: number;
  readonly playingMs: number;
  readonly rebufferMs: number;
  readonly lagMs: number;
}

/** One steady-state expectation, judged in one window. */
export interface ExpectationRecord {
  readonly measure: string;
  /** Index in `spec.steadyState`. */
  readonly index: number;
  readonly window: 'baseline' | 'fault';
  /** The expectation in words: `viewer-errors ≤ 0.001`. */
  readonly expected: string;
  /** Absent when nothing could be measured. */
  readonly value?: number;
  readonly limit: number;
  /** `ratio`, `ms`, `plays`. */
  readonly unit: string;
  readonly samples: number;
  /** How many samples the judgement needs. */
  readonly needed: number;
  readonly result: 'held' | 'deviated' | 'inconclusive';
  readonly reason?: string;
}

/** Whether one mark's fault really happened. */
export interface PotencyRecord {
  readonly mark: string;
  readonly fault: string;
  readonly pod: string;
  readonly namespace: string;
  readonly potent: boolean;
  readonly summary: string;
  readonly figures: Readonly<Record<string, number>>;
  /** How often the effect was measured. */
  readonly measurements: number;
  /** From injection until the service's Ready pods were as many as before. */
  readonly readyAgainAfterMs?: number;
  readonly residue: 'none' | 'found' | 'unknown';
}

/** What the auditor found in the whole run: `scenarios/audit/check.ts`. */
export interface AuditRecord {
  readonly verdict: 'ok' | 'lost' | 'no-data';
  readonly lost: number;
  readonly acknowledged: number;
  readonly continued: number;
  /** Plays that ended before anything could be known of them. */
  readonly undecided: number;
  readonly why: string;
  readonly examples: readonly Json[];
}

/** What the auditor found of money or mail on the platform as it runs: `scenarios/audit/live.ts`. */
export interface ClaimRecord {
  readonly verdict: 'ok' | 'lost' | 'no-data';
  /** Things that are wrong. */
  readonly lost: number;
  /** Accounts that viewers were told of. */
  readonly acknowledged: number;
  readonly why: string;
  readonly examples: readonly Json[];
}

/** By the measure that asks for it. */
export type Claims = Readonly<Record<string, ClaimRecord>>;

export interface Verdict {
  readonly outcome: Outcome;
  readonly exitCode: number;
  /** Why, most important first; for `held` what was shown. */
  readonly reasons: readonly string[];
  readonly expectations: readonly ExpectationRecord[];
  readonly potency: readonly PotencyRecord[];
  readonly audit?: AuditRecord;
  readonly claims?: Claims;
  /** From the first injection to the first viewer measurement outside its expectation; absent when none was. */
  readonly timeToDetectMs?: number;
  /** From the first injection until viewers and services were well again; absent when that did not happen. */
  readonly recoveryTimeMs?: number;
  /** Acknowledged plays that were lost. */
  readonly lostPlays?: number;
  readonly seed: number;
}

/** Which controller writes; a journal with a higher `term` than one's own belongs to a successor. */
export interface HolderRecord {
  readonly identity: string;
  readonly term: number;
}

export interface ExperimentStatus {
  readonly phase: Phase;
  /** Short name of the run, in toxics and leases: 8 hex digits. */
  readonly run: string;
  readonly seed: number;
  readonly holder?: HolderRecord;
  /** RFC 3339. */
  readonly startedAt?: string;
  readonly completedAt?: string;
  /** When each phase began. */
  readonly phaseAtMs: { readonly [phase in Phase]?: number };
  readonly conditions: readonly Condition[];
  readonly driver?: DriverRecord;
  readonly targets: readonly Target[];
  readonly spared: readonly SparedRecord[];
  readonly marks: readonly MarkRecord[];
  readonly effects: readonly EffectRecord[];
  readonly events: readonly EventRecord[];
  readonly residue: readonly ResidueRecord[];
  /** Set once the run must stop early; the reason is kept for the verdict. */
  readonly abort?: {
    readonly atMs: number;
    /** `condition` and `operator`: aborted; `blind` (no figures to judge by) and `error`: inconclusive. */
    readonly kind: 'condition' | 'operator' | 'blind' | 'error';
    readonly reason: string;
  };
  /** Why nothing was injected (an unsteady baseline, no victims, …), one sentence each. */
  readonly doubts?: readonly string[];
  /** How recovery ended: whether everything was well in time, and if not, what was not. */
  readonly recovery?: { readonly atMs: number; readonly well: boolean; readonly missing: readonly string[] };
  readonly live?: LiveRecord;
  /** Written with the verdict. */
  readonly timeline?: readonly TimelinePoint[];
  readonly audit?: AuditRecord;
  readonly claims?: Claims;
  readonly verdict?: Verdict;
}
