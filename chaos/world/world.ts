/** The ports through which a fault acts and measures. Edges to Kubernetes, wardens and sockets stand beside this file. */
import type { Clock } from '#base/clock.ts';
import type { PodRef, Snapshot, Target, ToxicView } from './target.ts';

export interface World {
  readonly clock: Clock;
  readonly lease: Lease;
  /** The target of this mark as it was measured before the fault. */
  readonly before: Snapshot;
  readonly pods: Pods;
  readonly toxics: Toxics;
  readonly callers: Callers;
  readonly companies: Companies;
}

/** What whoever finds a fault needs to know to heal it; part of every name that a fault leaves anywhere. */
export interface Lease {
  /** The run's short name. */
  readonly run: string;
  /** Index in the method. */
  readonly step: number;
  /** Epoch milliseconds; later than the planned end, so that only an abandoned fault meets it. */
  readonly expiresAtMs: number;
}

export interface Pods {
  /**
   * Deletes this very pod. `resourceVersion` is that of the snapshot: when the pod has changed since and now is dying,
   * the kill would not be ours, and `conflict` is thrown. A pod that is gone throws `not-found`.
   */
  kill(pod: PodRef, options: { readonly graceSeconds: number; readonly resourceVersion: string }): Promise<void>;
  /** Resolves with true once the API has no pod of this uid, with false after `timeoutMs`. */
  gone(pod: PodRef, timeoutMs: number): Promise<boolean>;
}

export interface FaultToxic extends ToxicView {
  readonly expiresAtMs: number;
}

/** Toxics through the warden of the target's node. */
export interface Toxics {
  /** Idempotent by pod, proxy and name. */
  put(target: Target, toxic: FaultToxic): Promise<void>;
  /** All toxics at the target now. */
  list(target: Target): Promise<readonly ToxicView[]>;
  /** Idempotent; a vanished pod or sidecar counts as removed. */
  remove(target: Target, toxic: Pick<FaultToxic, 'proxy' | 'name'>): Promise<void>;
}

export interface RoundTrip {
  /** Over a connection opened for this measurement; absent when there was no answer. */
  readonly freshMs?: number;
  /** Over the connection opened before the fault; absent when it was lost or never opened. */
  readonly heldMs?: number;
}

/** The caller's side. A round trip is the least of several, since a busy host only ever adds. Connections opened by the snapshot are kept until the run ends. */
export interface Callers {
  /** Round trip through a listener such as `grpc-from-us-east-1`. */
  roundTrip(target: Target, listener: string): Promise<RoundTrip>;
  /**
   * Resolves with true once the target's process is gone: the connection opened before the fault was ended by the other
   * side, or its address refuses new ones. False after `timeoutMs`.
   */
  severed(target: Pick<Target, 'uid' | 'ip'>, timeoutMs: number): Promise<boolean>;
}

export interface Illness {
  readonly mode: 'slow' | 'down' | 'charges-then-times-out';
  readonly delayMs: number;
  /** After it the company is well again by itself. */
  readonly forMs: number;
}

/** Companies outside of Faultflix, which are ill by their own API. */
export interface Companies {
  /** Idempotent. `well` at a pod that is gone has been done. */
  behave(target: Target, illness: Illness | { readonly mode: 'well'; readonly delayMs: 0 }): Promise<void>;
  /**
   * Charges a card that is always declined. `answer`: the status, or `none` within `timeoutMs`; `made`: whether the company
   * has the charge, answered or not.
   */
  tryCharge(
    target: Target,
    reference: string,
    timeoutMs: number,
  ): Promise<{ readonly answer: string; readonly tookMs: number; readonly made: boolean }>;
}
