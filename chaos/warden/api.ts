import type { ToxicView } from '../world/target.ts';

/** Where the Secret `warden-token` is in a warden's container. */
export const WARDEN_TOKEN_FILE = '/var/run/faultflix/warden/token';

/** What a warden says: docs/architecture.md, "The warden". */
export interface WardenPod {
  readonly podUid: string;
  readonly namespace: string;
  readonly name: string;
  readonly podIp: string;
  /** `absent`: nothing listens at the sidecar's port; `unknown`: it could not be asked. */
  readonly sidecar: 'up' | 'absent' | 'unknown';
  readonly proxies: readonly WardenProxy[];
}

export interface WardenProxy {
  readonly name: string;
  readonly enabled: boolean;
  readonly toxics: readonly Omit<ToxicView, 'proxy'>[];
}

export interface WardenToxics {
  readonly node: string;
  readonly pods: readonly WardenPod[];
}

export interface PutToxic extends ToxicView {
  readonly podUid: string;
  readonly podIp: string;
  readonly expiresAtMs: number;
}

export interface WardenHealth {
  readonly node: string;
  readonly pods: number;
  /** Whether the watch of pods is up to date; healing goes on without it. */
  readonly watching: boolean;
}
