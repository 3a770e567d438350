/** The feed's state as a pure function of its messages: the same on the server and in the page. */
import type { FeedState, Message, RunView, Sample } from './wire.ts';

/** Twenty minutes of one figure a second. */
const MAX_SAMPLES = 1_200;

export function emptyState(server: string, nowMs: number): FeedState {
  return {
    server,
    nowMs,
    sources: { experiments: { state: 'loading' }, pods: { state: 'loading' } },
    runs: {},
    pods: {},
    samples: {},
  };
}

export function apply(state: FeedState, message: Message): FeedState {
  if (message.type === 'state') return message.state;
  const next = { ...state, nowMs: message.nowMs };
  switch (message.type) {
    case 'sources':
      return { ...next, sources: message.sources };
    case 'runs': {
      const runs = byUid(message.runs);
      const kept = Object.fromEntries(Object.entries(state.samples).filter(([uid]) => runs[uid]));
      return { ...next, runs, samples: message.runs.reduce((all, run) => sampled(all, run, message.nowMs), kept) };
    }
    case 'run': {
      const { run, nowMs } = message;
      return { ...next, runs: { ...state.runs, [run.uid]: run }, samples: sampled(state.samples, run, nowMs) };
    }
    case 'run-gone':
      return { ...next, runs: without(state.runs, message.uid), samples: without(state.samples, message.uid) };
    case 'pods':
      return { ...next, pods: byUid(message.pods) };
    case 'pod':
      return { ...next, pods: { ...state.pods, [message.pod.uid]: message.pod } };
    case 'pod-gone':
      return { ...next, pods: without(state.pods, message.uid) };
  }
}

/** A journal is written for other reasons than new figures too: only a figure of another time is a new sample. */
function sampled(samples: FeedState['samples'], { uid, status }: RunView, seenMs: number): FeedState['samples'] {
  const live = status?.live;
  const known: readonly Sample[] = samples[uid] ?? [];
  if (!live || status.phase === 'Complete' || known.at(-1)?.atMs === live.atMs) return samples;
  return { ...samples, [uid]: [...known.slice(1 - MAX_SAMPLES), { ...live, seenMs }] };
}

const byUid = <T extends { readonly uid: string }>(items: readonly T[]): Record<string, T> =>
  Object.fromEntries(items.map((item) => [item.uid, item]));

function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  const { [key]: _, ...rest } = record;
  return rest;
}
