/**
 * What the cockpit's server tells the page: a whole state on connecting, then one message a change. Types only; both
 * sides apply messages by `apply` of state.ts. Times are epoch milliseconds of the server unless a name says otherwise.
 */

import type { ErrorCode } from '#base/errors.ts';
import type { ExperimentSpec } from '#chaos/engine/experiment.ts';
import type { ExperimentStatus, LiveRecord } from '#chaos/engine/journal.ts';

/** An Experiment, without what only the API server needs. */
export interface RunView {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly spec: ExperimentSpec;
  /** Absent until a controller took it up. */
  readonly status?: ExperimentStatus;
}

export interface PodView {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly service: string;
  /** `us-east-1`, …, `global`, or `chaos` for what belongs to none. */
  readonly region: string;
  readonly node: string;
  readonly phase: string;
  readonly ready: boolean;
  readonly deleting: boolean;
  /** Of all its containers. */
  readonly restarts: number;
  /** Why it is not ready, in Kubernetes' words: `CrashLoopBackOff`. */
  readonly reason?: string;
  /** RFC 3339. */
  readonly createdAt: string;
}

export const sources = ['experiments', 'pods'] as const;
export type Source = (typeof sources)[number];

export interface SourceState {
  /** `loading`: nothing known yet. `current`: known and kept up to date. `away`: cannot be kept up to date now. */
  readonly state: 'loading' | 'current' | 'away';
  /** When what is shown was last known to be true; absent when nothing was ever known. */
  readonly asOfMs?: number;
  readonly problem?: { readonly code: ErrorCode; readonly message: string };
}

/** A live figure with the time at which it arrived: `atMs` inside is by the controller's clock. */
export interface Sample extends LiveRecord {
  readonly seenMs: number;
}

export interface FeedState {
  /** Address of the API server. */
  readonly server: string;
  /** The server's clock when it sent this. */
  readonly nowMs: number;
  readonly sources: Readonly<Record<Source, SourceState>>;
  /** By uid. */
  readonly runs: Readonly<Record<string, RunView>>;
  readonly pods: Readonly<Record<string, PodView>>;
  /** Live figures of each run as they came, by the run's uid; the oldest are forgotten. */
  readonly samples: Readonly<Record<string, readonly Sample[]>>;
}

export type Message =
  | { readonly type: 'state'; readonly state: FeedState }
  | { readonly type: 'sources'; readonly nowMs: number; readonly sources: FeedState['sources'] }
  | { readonly type: 'runs'; readonly nowMs: number; readonly runs: readonly RunView[] }
  | { readonly type: 'run'; readonly nowMs: number; readonly run: RunView }
  | { readonly type: 'run-gone'; readonly nowMs: number; readonly uid: string }
  | { readonly type: 'pods'; readonly nowMs: number; readonly pods: readonly PodView[] }
  | { readonly type: 'pod'; readonly nowMs: number; readonly pod: PodView }
  | { readonly type: 'pod-gone'; readonly nowMs: number; readonly uid: string };
