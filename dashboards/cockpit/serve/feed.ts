/** Keeps the feed's state by list-watches of Experiments and pods, and tells each change. Ends with the signal. */
import { backoffMs, type Clock } from '#base/clock.ts';
import { asFaultflixError, type ErrorCode, messageOf } from '#base/errors.ts';
import type { KubeConnection } from '#base/kube/connection.ts';
import { type KubeObject, listWatch } from '#base/kube/list-watch.ts';
import { API_GROUP, API_VERSION, CHAOS_NAMESPACE, labels } from '#base/names.ts';
import { apply, emptyState } from '../feed/state.ts';
import { type ExperimentObject, type PodObject, podView, runView } from '../feed/views.ts';
import { type FeedState, type Message, type Source, sources } from '../feed/wire.ts';
import { type Problem, type SourceFacts, sourceState } from './source-state.ts';
import { WatchedHttp } from './watched-http.ts';

export interface FeedOptions {
  readonly connection: KubeConnection;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface Feed {
  readonly state: FeedState;
  /** Every message from now on, until the returned function is called. */
  listen(listener: (message: Message) => void): () => void;
  /** Resolves when the signal aborted and all watches have ended; rejects when one broke for good. */
  readonly ended: Promise<void>;
}

export const paths: Readonly<Record<Source, string>> = {
  experiments: `/apis/${API_GROUP}/${API_VERSION}/namespaces/${CHAOS_NAMESPACE}/experiments`,
  pods: '/api/v1/pods',
};

const PROBE_EVERY_MS = 1_500;
const PROBE_TIMEOUT_MS = 2_000;
const PROBE_RETRY = { firstMs: 500, maxMs: PROBE_EVERY_MS };

export function startFeed({ connection, clock, signal }: FeedOptions): Feed {
  let state = emptyState(connection.server, clock.now());
  const listeners = new Set<(message: Message) => void>();
  const facts: Record<Source, SourceFacts> = {
    experiments: { listed: false, watching: false },
    pods: { listed: false, watching: false },
  };
  const tell = (message: Message) => {
    state = apply(state, message);
    for (const listener of listeners) listener(message);
  };
  const learn = (source: Source, news: Partial<SourceFacts>) => {
    facts[source] = { ...facts[source], ...news };
  };
  const tellSources = () => {
    const all = { experiments: sourceState(facts.experiments), pods: sourceState(facts.pods) };
    tell({ type: 'sources', nowMs: clock.now(), sources: all });
  };
  const codes = new Map<string, ErrorCode>();
  const http = new WatchedHttp(connection, {
    onWatching: (path) => {
      codes.delete(path);
      const source = sources.find((each) => paths[each] === path);
      if (!source) return;
      learn(source, { watching: true, watchProblem: undefined, probeProblem: undefined, confirmedMs: clock.now() });
      tellSources();
    },
    onFailed: (path, { code }) => codes.set(path, code),
  });

  const watch = <T extends KubeObject>(source: Source, handlers: Handlers<T>, query = {}) =>
    listWatch<T>({
      http,
      clock,
      signal,
      path: paths[source],
      query,
      onList: (items) => {
        learn(source, { listed: true });
        handlers.list(items, clock.now());
      },
      onEvent: (type, object) => handlers.event(type === 'DELETED', object, clock.now()),
      onTrouble: (message) => {
        const code = codes.get(paths[source]) ?? 'unavailable';
        learn(source, { watching: false, watchProblem: { code, message } });
        tellSources();
      },
    });

  const watches = [
    watch<ExperimentObject>('experiments', {
      list: (items, nowMs) => tell({ type: 'runs', nowMs, runs: items.map(runView) }),
      event: (gone, object, nowMs) =>
        tell(
          gone ? { type: 'run-gone', nowMs, uid: object.metadata.uid } : { type: 'run', nowMs, run: runView(object) },
        ),
    }),
    watch<PodObject>(
      'pods',
      {
        list: (items, nowMs) => tell({ type: 'pods', nowMs, pods: items.map(podView) }),
        event: (gone, object, nowMs) =>
          tell(
            gone ? { type: 'pod-gone', nowMs, uid: object.metadata.uid } : { type: 'pod', nowMs, pod: podView(object) },
          ),
      },
      { labelSelector: `${labels.partOf}=faultflix` },
    ),
    probe(),
  ];
  return {
    get state() {
      return { ...state, nowMs: clock.now() };
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ended: Promise.all(watches).then(() => http.close()),
  };

  /** Asks the API server for its version again and again: an open watch alone cannot tell silence from an outage. */
  async function probe(): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      let problem: Problem | undefined;
      try {
        await http.json({ path: '/version', idleTimeoutMs: PROBE_TIMEOUT_MS, signal });
        failures = 0;
      } catch (thrown) {
        if (signal.aborted) return;
        problem = { code: asFaultflixError(thrown).code, message: messageOf(thrown) };
      }
      for (const source of sources) {
        const alive = problem === undefined && facts[source].watching;
        learn(source, { probeProblem: problem, ...(alive ? { confirmedMs: clock.now() } : {}) });
      }
      tellSources();
      const waitMs = problem ? backoffMs(failures++, PROBE_RETRY) : PROBE_EVERY_MS;
      await clock.sleep(waitMs, signal).catch(() => undefined);
    }
  }
}

interface Handlers<T> {
  list(items: readonly T[], nowMs: number): void;
  event(gone: boolean, object: T, nowMs: number): void;
}
