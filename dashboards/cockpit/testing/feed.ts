/** Feed states for tests, made as the server makes them. */
import { apply, emptyState } from '../feed/state.ts';
import { type ExperimentObject, type PodObject, podView, runView } from '../feed/views.ts';
import type { FeedState, SourceState } from '../feed/wire.ts';

export interface Known {
  readonly nowMs: number;
  readonly experiments?: readonly ExperimentObject[];
  readonly pods?: readonly PodObject[];
  readonly experimentsAre?: SourceState;
  readonly podsAre?: SourceState;
}

/** Both sources current as of `nowMs` unless told. */
export function feedState({ nowMs, experiments = [], pods = [], experimentsAre, podsAre }: Known): FeedState {
  const current: SourceState = { state: 'current', asOfMs: nowMs };
  const messages = [
    { type: 'runs', nowMs, runs: experiments.map(runView) },
    { type: 'pods', nowMs, pods: pods.map(podView) },
    { type: 'sources', nowMs, sources: { experiments: experimentsAre ?? current, pods: podsAre ?? current } },
  ] as const;
  return messages.reduce<FeedState>(apply, emptyState('https://127.0.0.1:6443', nowMs));
}
