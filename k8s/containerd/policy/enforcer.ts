import { type Clock, systemClock } from '#base/clock.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { listWatch } from '#base/kube/list-watch.ts';
import { compile } from './compile.ts';
import type { Namespace, Pod, Policy, Watched } from './objects.ts';
import type { Ruleset } from './ruleset.ts';

export interface EnforcerOptions {
  readonly http: KubeHttp;
  readonly node: string;
  readonly podCidr: string;
  readonly apply: (ruleset: Ruleset) => Promise<void>;
  /** What was applied: how often, and how much. */
  readonly onApplied?: (count: number, ruleset: Ruleset) => void;
  /** A watch that broke: what was last known stays. */
  readonly onTrouble: (what: string, message: string) => void;
  readonly clock?: Clock;
  readonly signal: AbortSignal;
}

/** Rules that someone else took away are put back after this long. */
const AGAIN_MS = 60_000;

/** The three collections; complete once each was listed. */
class Known {
  readonly policies = new Map<string, Policy>();
  readonly pods = new Map<string, Pod>();
  readonly namespaces = new Map<string, Namespace>();
  readonly listed = new Set<string>();

  get complete(): boolean {
    return this.listed.size === 3;
  }
}

/**
 * Keeps the node's ruleset as the policies want it, until the signal aborts. Rejects as soon as one cannot be applied:
 * whoever started it must hear of that.
 *
 * First of all it closes the node (no pod is known yet), but for a node whose rules are there from an earlier process:
 * `fresh` says which.
 */
export async function enforce(options: EnforcerOptions & { readonly fresh: boolean }): Promise<void> {
  const { node, podCidr, apply, onApplied, clock = systemClock, fresh } = options;
  const known = new Known();
  const ending = new AbortController();
  const signal = AbortSignal.any([options.signal, ending.signal]);
  let changed = Promise.withResolvers<void>();
  let dirty = false;
  const touch = () => {
    dirty = true;
    changed.resolve();
  };
  if (fresh) await apply(compile({ policies: [], pods: [], namespaces: [], node, podCidr }));
  const watches = Promise.all([
    keep({ ...options, signal }, known, {
      what: 'policies',
      path: '/apis/networking.k8s.io/v1/networkpolicies',
      touch,
    }),
    keep({ ...options, signal }, known, { what: 'pods', path: '/api/v1/pods', touch }),
    keep({ ...options, signal }, known, { what: 'namespaces', path: '/api/v1/namespaces', touch }),
  ]);
  watches.catch(() => ending.abort()); // awaited below
  let count = 0;
  let applied = '';
  try {
    while (!signal.aborted) {
      const slept = new AbortController();
      const late = clock.sleep(AGAIN_MS, AbortSignal.any([signal, slept.signal])).then(
        () => 'again' as const,
        () => 'ended' as const,
      );
      const why = await Promise.race([changed.promise.then(() => 'changed' as const), late]);
      slept.abort();
      if (signal.aborted) break;
      changed = Promise.withResolvers<void>();
      if (!known.complete || !(dirty || why === 'again')) continue;
      dirty = false;
      const ruleset = compile({
        policies: [...known.policies.values()],
        pods: [...known.pods.values()],
        namespaces: [...known.namespaces.values()],
        node,
        podCidr,
      });
      const text = JSON.stringify(ruleset);
      if (why === 'changed' && text === applied) continue;
      await apply(ruleset);
      applied = text;
      onApplied?.(++count, ruleset);
    }
  } finally {
    ending.abort();
    await watches;
  }
}

function keep(
  { http, signal, onTrouble }: EnforcerOptions,
  known: Known,
  {
    what,
    path,
    touch,
  }: { readonly what: 'policies' | 'pods' | 'namespaces'; readonly path: string; readonly touch: () => void },
): Promise<void> {
  const all = known[what] as Map<string, unknown>;
  return listWatch<Watched<Policy | Pod | Namespace>>({
    http,
    path,
    signal,
    onList: (items) => {
      all.clear();
      for (const item of items) all.set(item.metadata.uid, item);
      known.listed.add(what);
      touch();
    },
    onEvent: (type, item) => {
      if (type === 'DELETED') all.delete(item.metadata.uid);
      else all.set(item.metadata.uid, item);
      touch();
    },
    onTrouble: (message) => onTrouble(what, message),
  });
}
