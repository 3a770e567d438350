/** What a run needs of the world outside. `chaos/world/` has the real ones, `test/robustness/` a fake that can be killed. */
import type { Clock } from '#base/clock.ts';
import type { Candidate, DisruptionBudget } from '../monkey/select.ts';
import type { Snapshot, Target } from '../world/target.ts';
import type { World } from '../world/world.ts';
import type { LoadSpec, TargetSelector } from './experiment.ts';
import type { AuditRecord, Claims, ExperimentStatus, MarkRecord } from './journal.ts';

export interface RunnerPorts {
  readonly clock: Clock;
  readonly journal: JournalStore;
  readonly cluster: Cluster;
  readonly leases: Leases;
  readonly load: Load;
  readonly auditor: Auditor;
  readonly claims: ClaimsAuditor;
  /** The world as the faults see it, for one mark. */
  world(run: string, mark: MarkRecord): World;
}

export interface JournalStore {
  /** Undefined when the Experiment no longer exists. */
  read(): Promise<{ readonly status: ExperimentStatus | undefined; readonly version: string } | undefined>;
  /** The new version. Throws `conflict` when `version` is no longer the latest, `not-found` when the Experiment is gone. */
  write(status: ExperimentStatus, version: string): Promise<string>;
}

export interface Cluster {
  /** All pods that a selector could mean, chosen or not, by metadata alone. */
  candidates(selector: TargetSelector): Promise<readonly Candidate[]>;
  budgets(namespaces: readonly string[]): Promise<readonly DisruptionBudget[]>;
  /** The pod as a target, or why it cannot be one now. */
  settle(candidate: Candidate): Promise<Target | { readonly no: string }>;
  /**
   * Measures a target from outside, the round trips of `timed` listeners among it; also opens the connections that are
   * held until `release`.
   */
  snapshot(target: Target, timed: readonly string[]): Promise<Snapshot>;
  /** Resolves once `count` pods of the target's service are Ready in its namespace, this uid not counted when given. */
  readyAgain(
    target: Target,
    options: { readonly count: number; readonly except?: string; readonly signal: AbortSignal },
  ): Promise<void>;
  release(targets: readonly Target[]): void;
}

export interface Leases {
  /** Lets faults of the run live `ttlMs` longer on these nodes. */
  renew(run: string, nodes: readonly string[], ttlMs: number): Promise<void>;
}

export interface LoadStart {
  readonly run: string;
  readonly load: LoadSpec;
  readonly seed: number;
  readonly durationMs: number;
  /** Only follow viewers that are there; `not-found` when there are none. */
  readonly adopt: boolean;
}

export interface Load {
  /** Starts the viewers, or adopts those that a predecessor started for this run. The Job's name. */
  start(options: LoadStart): Promise<{ readonly job: string }>;
  /** The pod that drives, once it runs or has run. */
  pod(run: string, signal: AbortSignal): Promise<string>;
  /** The driver's log from its beginning, line by line, until it ends or the signal aborts. */
  lines(pod: string, signal: AbortSignal): AsyncIterable<string>;
  /** Ends the viewers in good order: the last lines still come. Idempotent. */
  stop(run: string): Promise<void>;
}

export interface Auditor {
  /** Judges the plays of a finished run. `lines` are lines of the load stream as they came. */
  check(lines: readonly string[], faultsAtMs: readonly number[], signal: AbortSignal): Promise<AuditRecord>;
}

export interface ClaimsAuditor {
  /**
   * Judges what viewers were told of accounts and money by what card network, mailbox and the platform say now. `lines` are
   * lines of the load stream: they go on while the auditor waits until nothing is on its way.
   */
  settle(options: {
    readonly checks: readonly string[];
    readonly lines: AsyncIterable<string>;
    /** Accounts acknowledged until then are judged. */
    readonly untilMs: number;
    /** When the first fault began: something must have been tried after it. */
    readonly faultAtMs: number;
    readonly signal: AbortSignal;
  }): Promise<Claims>;
}
