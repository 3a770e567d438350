import type { MarkState, Phase } from './journal.ts';

/**
 * The life of a run as a pure function. What it decides is written to the journal before anything is done about it, so
 * the state that a successor reads is never behind the world by more than the one thing that was about to happen.
 *
 *     Pending ─► Baseline ─► Inject ─► Recover ─► Verdict ─► Complete
 *        │           └──── nothing injected ────────▲
 *        └─ refused ──────────────────────────────────────────►
 *
 * There is no way out of Inject but through Recover, which undoes every mark whose injection may have begun.
 */
export interface RunState {
  readonly phase: Phase;
  readonly marks: Readonly<Record<string, MarkState>>;
  /** Set once the run is to stop early. */
  readonly abort?: AbortReason | undefined;
}

/**
 * `condition` and `operator` make the outcome `aborted`; `blind` (no figures to judge by) and `error` make it
 * inconclusive.
 */
export interface AbortReason {
  readonly kind: 'condition' | 'operator' | 'blind' | 'error';
  readonly reason: string;
}

export type RunEvent =
  | { readonly type: 'resumed' }
  | { readonly type: 'admitted' }
  | { readonly type: 'refused' }
  | { readonly type: 'steady'; readonly marks: readonly string[] }
  | { readonly type: 'unsteady' }
  | { readonly type: 'due'; readonly mark: string }
  | { readonly type: 'journalled'; readonly mark: string }
  | { readonly type: 'injected'; readonly mark: string }
  | { readonly type: 'failed'; readonly mark: string }
  | { readonly type: 'over'; readonly mark: string }
  | { readonly type: 'recovered'; readonly mark: string }
  | { readonly type: 'abort'; readonly abort: AbortReason }
  | { readonly type: 'settled' }
  | { readonly type: 'judged' }
  | { readonly type: 'cleaned' };

export type RunEffect =
  /** Check the Experiment against the cluster. */
  | { readonly do: 'admit' }
  | { readonly do: 'start-load' }
  | { readonly do: 'watch-baseline' }
  | { readonly do: 'watch-timeline'; readonly mark: string }
  /** Snapshot the target, write the mark as journalled. */
  | { readonly do: 'journal'; readonly mark: string }
  | { readonly do: 'inject'; readonly mark: string }
  /** A predecessor journalled the mark and may have injected it: measure which. Never inject. */
  | { readonly do: 'reconcile'; readonly mark: string }
  | { readonly do: 'measure'; readonly mark: string }
  | { readonly do: 'recover'; readonly mark: string }
  /** Wait until everything is well, the recovery time at most. */
  | { readonly do: 'watch-health' }
  | { readonly do: 'judge' }
  /** Ends the viewers and lets go of connections. */
  | { readonly do: 'clean-up' }
  | { readonly do: 'finish' };

export type Step = readonly [RunState, readonly RunEffect[]];

const open = (state: MarkState | undefined): boolean => state === 'journalled' || state === 'injected';

export function step(state: RunState, event: RunEvent): Step {
  if (event.type === 'resumed') return resume(state);
  switch (state.phase) {
    case 'Pending':
      if (event.type === 'admitted') return enter(state, 'Baseline');
      if (event.type === 'refused') return enter(state, 'Complete');
      if (event.type === 'abort') return enter({ ...state, abort: event.abort }, 'Verdict');
      break;
    case 'Baseline':
      if (event.type === 'steady') {
        const marks = Object.fromEntries(event.marks.map((mark) => [mark, 'planned' as const]));
        return event.marks.length === 0 ? enter(state, 'Verdict') : enter({ ...state, marks }, 'Inject');
      }
      if (event.type === 'unsteady') return enter(state, 'Verdict');
      if (event.type === 'abort') return enter({ ...state, abort: event.abort }, 'Verdict');
      break;
    case 'Inject':
      return inject(state, event);
    case 'Recover':
      if (event.type === 'recovered') return [mark(state, event.mark, 'recovered'), []];
      // An injection that was under way when the run was stopped.
      if (event.type === 'injected')
        return [mark(state, event.mark, 'injected'), [{ do: 'recover', mark: event.mark }]];
      if (event.type === 'abort' && !state.abort) return [{ ...state, abort: event.abort }, []];
      if (event.type === 'settled') return enter(state, 'Verdict');
      break;
    case 'Verdict':
      // The verdict is durable before the viewers, whose log it was made of, are ended.
      if (event.type === 'judged') return [state, [{ do: 'clean-up' }]];
      if (event.type === 'cleaned') return enter(state, 'Complete');
      break;
    case 'Complete':
      break;
  }
  return [state, []];
}

function inject(state: RunState, event: RunEvent): Step {
  switch (event.type) {
    case 'due':
      return [state, state.marks[event.mark] === 'planned' ? [{ do: 'journal', mark: event.mark }] : []];
    case 'journalled':
      if (state.marks[event.mark] !== 'planned') return [state, []];
      return [mark(state, event.mark, 'journalled'), [{ do: 'inject', mark: event.mark }]];
    case 'injected':
      if (state.marks[event.mark] !== 'journalled') return [state, []];
      return [mark(state, event.mark, 'injected'), [{ do: 'measure', mark: event.mark }]];
    case 'failed':
      // What failed may have half happened: it is undone like what succeeded. What was never begun is only skipped.
      if (state.marks[event.mark] === 'planned') return leaveWhenOver(mark(state, event.mark, 'skipped'));
      return [state, open(state.marks[event.mark]) ? [{ do: 'recover', mark: event.mark }] : []];
    case 'over':
      return [state, open(state.marks[event.mark]) ? [{ do: 'recover', mark: event.mark }] : []];
    case 'recovered':
      return open(state.marks[event.mark]) ? leaveWhenOver(mark(state, event.mark, 'recovered')) : [state, []];
    case 'abort':
      return enter({ ...state, abort: event.abort }, 'Recover');
    default:
      return [state, []];
  }
}

function leaveWhenOver(state: RunState): Step {
  const over = Object.values(state.marks).every((is) => is === 'recovered' || is === 'skipped');
  return over ? enter(state, 'Recover') : [state, []];
}

function enter(state: RunState, phase: Phase): Step {
  if (phase !== 'Recover') return [{ ...state, phase }, begin({ ...state, phase })];
  // Entered early, marks that never began will not begin any more.
  const marks = Object.fromEntries(
    Object.entries(state.marks).map(([id, is]) => [id, is === 'planned' ? ('skipped' as const) : is]),
  );
  const next = { ...state, marks, phase };
  return [next, begin(next)];
}

/** What is to be done at the beginning of a phase. Each effect can be begun anew by a successor. */
function begin({ phase, marks }: RunState): readonly RunEffect[] {
  switch (phase) {
    case 'Pending':
      return [{ do: 'admit' }];
    case 'Baseline':
      return [{ do: 'start-load' }, { do: 'watch-baseline' }];
    case 'Inject':
      return Object.keys(marks).map((id) => ({ do: 'watch-timeline', mark: id }));
    case 'Recover':
      return [...undo(marks), { do: 'watch-health' }];
    case 'Verdict':
      return [{ do: 'judge' }];
    case 'Complete':
      return [{ do: 'finish' }];
  }
}

function resume(state: RunState): Step {
  const follow: readonly RunEffect[] = [{ do: 'start-load' }];
  if (state.phase === 'Recover' || state.phase === 'Verdict') return [state, [...follow, ...begin(state)]];
  if (state.phase !== 'Inject') return [state, begin(state)];
  const [next, leaving] = leaveWhenOver(state);
  if (next.phase !== 'Inject') return [next, [...follow, ...leaving]];
  const effects = Object.entries(state.marks).flatMap(([id, is]): RunEffect[] => {
    if (is === 'planned') return [{ do: 'watch-timeline', mark: id }];
    if (is === 'journalled') return [{ do: 'reconcile', mark: id }];
    if (is === 'injected') return [{ do: 'measure', mark: id }];
    return [];
  });
  return [state, [...follow, ...effects]];
}

const undo = (marks: RunState['marks']): RunEffect[] =>
  Object.entries(marks).flatMap(([id, is]) => (open(is) ? [{ do: 'recover', mark: id }] : []));

const mark = (state: RunState, id: string, is: MarkState): RunState => ({
  ...state,
  marks: { ...state.marks, [id]: is },
});

/** Marks whose injection may have begun and that nobody has yet undone. */
export const unhealed = ({ marks }: RunState): string[] => Object.keys(marks).filter((id) => open(marks[id]));
