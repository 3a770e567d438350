/** Whether what is shown of one collection is true now. Pure. */
import type { SourceState } from '../feed/wire.ts';

export type Problem = NonNullable<SourceState['problem']>;

export interface SourceFacts {
  /** A full list came, at whatever time. */
  readonly listed: boolean;
  /** A watch is open. */
  readonly watching: boolean;
  /** What last went wrong with the watch; cleared when it opens. */
  readonly watchProblem?: Problem | undefined;
  /** What the last probe of the API server said. */
  readonly probeProblem?: Problem | undefined;
  /** When the API server last answered while the watch was open. */
  readonly confirmedMs?: number | undefined;
}

/** An open watch is not enough: a server that hangs keeps it open and says nothing. */
export function sourceState(facts: SourceFacts): SourceState {
  const { listed, watching, watchProblem, probeProblem, confirmedMs } = facts;
  const asOf = listed && confirmedMs !== undefined ? { asOfMs: confirmedMs } : {};
  const problem = watchProblem ?? probeProblem;
  if (problem) return { state: 'away', ...asOf, problem };
  return listed && watching ? { state: 'current', ...asOf } : { state: 'loading', ...asOf };
}
