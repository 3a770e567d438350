import type { Json } from './json.ts';

/** A pod, by everything that tells it from its successor of the same name. */
export interface PodRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** One pod that a fault acts on, as it was when it was chosen. */
export interface Target extends PodRef {
  readonly service: string;
  /** `us-east-1`, …, or `global`. */
  readonly region: string;
  readonly node: string;
  /** `status.podIP`; reach it through `reachable()`. */
  readonly ip: string;
}

/** Potency: what a measurement at the target says about whether the fault really happened. */
export interface Effect {
  readonly potent: boolean;
  /** One sentence with figures, for people. */
  readonly summary: string;
  /** Figures by name with their unit, such as `freshMs`, `beforeMs`. */
  readonly figures: Readonly<Record<string, number>>;
}

export interface ToxicView {
  readonly proxy: string;
  readonly name: string;
  readonly type: string;
  readonly stream: 'upstream' | 'downstream';
  readonly toxicity: number;
  readonly attributes: { readonly [key: string]: Json };
}

/** A target as measured from outside: taken before the fault, and again after recovery to find residue. */
export interface Snapshot {
  readonly atMs: number;
  /** False when the pod (by uid) no longer exists; the other fields are then empty. */
  readonly exists: boolean;
  readonly dying: boolean;
  readonly ready: boolean;
  readonly resourceVersion: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly toxics: readonly ToxicView[];
  /** Names of the sidecar's proxies that were up. */
  readonly listeners: readonly string[];
  /** Round trip by listener, from the caller's side, of those that the fault asked for and that answered. */
  readonly roundTripsMs: Readonly<Record<string, number>>;
  /** Ready pods of the target's service in its namespace. */
  readonly readyPods: number;
}
