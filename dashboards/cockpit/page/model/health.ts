/** Whether what the page shows is true now: its loading, error, stale and live states. Pure. */
import { type FeedState, type Source, sources } from '../../feed/wire.ts';

export type Link = 'connecting' | 'open' | 'lost';

export interface HealthFacts {
  readonly state: FeedState | undefined;
  /** To the cockpit's own server. */
  readonly link: Link;
  /** The server's clock, as far as the page can tell. */
  readonly nowMs: number;
}

export type Health =
  | { readonly kind: 'loading' }
  | { readonly kind: 'live' }
  | { readonly kind: 'stale'; readonly ageMs: number }
  /** `ageMs`: how old what is shown is; absent when nothing is. */
  | {
      readonly kind: 'error';
      readonly what: string;
      readonly detail: string;
      readonly todo: string;
      readonly ageMs?: number;
    };

/** Older than this, what is shown is called stale. */
export const STALE_MS = 5_000;

export function healthOf({ state, link, nowMs }: HealthFacts): Health {
  const asOfMs = state && oldest(state);
  const ageMs = asOfMs === undefined ? undefined : Math.max(0, nowMs - asOfMs);
  const aged = ageMs === undefined ? {} : { ageMs };
  if (link === 'lost') {
    return {
      kind: 'error',
      what: "The cockpit's server does not answer",
      detail: 'This page gets everything from it.',
      todo: 'Start it again with `npm run faultflix -- cockpit`; this page then comes back by itself.',
      ...aged,
    };
  }
  if (!state) return { kind: 'loading' };
  const troubled = sources.find((source) => state.sources[source].state === 'away');
  if (troubled) return { kind: 'error', ...explain(state, troubled), ...aged };
  if (ageMs !== undefined && ageMs > STALE_MS) return { kind: 'stale', ageMs };
  return sources.some((source) => state.sources[source].state === 'loading') ? { kind: 'loading' } : { kind: 'live' };
}

/** Whether anything of this source was ever known. */
export const known = (state: FeedState | undefined, source: Source): boolean =>
  state?.sources[source].asOfMs !== undefined;

function oldest(state: FeedState): number | undefined {
  const times = sources.map((source) => state.sources[source].asOfMs);
  return times.every((time) => time !== undefined) ? Math.min(...(times as number[])) : undefined;
}

function explain({ server, sources: all }: FeedState, source: Source) {
  const { code, message } = all[source].problem ?? { code: 'unavailable' as const, message: 'no reason was given' };
  const detail = `${server}: ${message}`;
  switch (code) {
    case 'not-found':
      return {
        what: 'This cluster does not know Experiments',
        detail,
        todo: '`npm run faultflix -- start --kubeconfig FILE` deploys Faultflix to it.',
      };
    case 'forbidden':
    case 'unauthenticated':
      return {
        what: `This kubeconfig may not read ${source}`,
        detail,
        todo: 'Give one that may list and watch them: `npm run faultflix -- cockpit --kubeconfig FILE`.',
      };
    default:
      return {
        what: 'The Kubernetes API does not answer',
        detail,
        todo: 'Is the cluster up? `npm start` starts the local one. This page asks again and comes back by itself.',
      };
  }
}
