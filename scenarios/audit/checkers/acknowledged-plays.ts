import type { History, Observation, Play } from '../history.ts';
import type { Answer, Checker, Example } from '../verdict.ts';

/**
 * A play that the platform acknowledged (POST /v1/play answered well) goes on: a segment is served, or a heartbeat is
 * accepted. A play that was alive when a fault began goes on after it; what it had before proves nothing.
 *
 * Lost is a play that was
 * - denied: the platform answered that there is no such thing, or not for this viewer, and never took it back;
 * - given up: its viewer tried until it had enough;
 * - silent: nothing more was heard for longer than `GRACE_MS`.
 *
 * A play that was over, or too young, before anything could be asked of it is undecided. The check says ok only when at
 * least one play was proved to go on, after the last fault if there was one.
 */
export const acknowledgedPlays: Checker = (history) => {
  const judged = history.plays.map((play) => ({ play, outcome: judge(play, history) }));
  const count = (state: Outcome['state']) => judged.filter(({ outcome }) => outcome.state === state).length;
  const lost = judged.flatMap(({ play, outcome }) => (outcome.state === 'lost' ? [exampleOf(play, outcome.why)] : []));
  const figures = {
    check: 'acknowledged-plays',
    lost: lost.length,
    acknowledged: judged.length,
    continued: count('continued'),
    undecided: count('undecided'),
    examples: lost.slice(0, MOST_EXAMPLES),
    complete: history.complete,
  };
  return { ...figures, ...verdictOf(figures, history) };
};

/**
 * Longer than any gap between two proofs of a healthy play: once its last segment has arrived only heartbeats are left,
 * one each 10 s, each of which may take the viewer's time limit of 4 s.
 */
export const GRACE_MS = 16_000;
const MOST_EXAMPLES = 5;

type Outcome = { readonly state: 'continued' | 'undecided' } | { readonly state: 'lost'; readonly why: string };

function verdictOf(
  { lost, acknowledged, continued }: Pick<Answer, 'lost' | 'acknowledged' | 'continued'>,
  history: History,
): Pick<Answer, 'verdict' | 'why'> {
  if (history.lines === 0) return { verdict: 'no-data', why: 'there was no history' };
  if (acknowledged === 0) return { verdict: 'no-data', why: 'no play was acknowledged' };
  if (lost > 0) return { verdict: 'lost', why: `${lost} of ${acknowledged} acknowledged plays were lost` };
  const fault = history.faultsAtMs.at(-1);
  if (continued === 0)
    return { verdict: 'no-data', why: `none of ${acknowledged} plays lasted long enough to be judged` };
  if (fault !== undefined && !history.plays.some((play) => aliveAt(play, fault) && provedAfter(play, fault))) {
    return { verdict: 'no-data', why: 'no play that was alive when the fault began was seen to go on after it' };
  }
  return { verdict: 'ok', why: `${continued} of ${acknowledged} acknowledged plays went on` };
}

function judge(play: Play, { faultsAtMs, untilMs }: History): Outcome {
  const startedAtMs = play.observations[0]!.atMs;
  // What a play owes a proof after: its acknowledgement, and each fault that it lived through the beginning of.
  const owes = [startedAtMs, ...faultsAtMs.filter((fault) => aliveAt(play, fault))];
  const sinceMs = Math.max(...owes);
  const cause = sinceMs === startedAtMs ? '' : ' after the fault';
  const refusal = play.observations.findLast(({ event }) => event === 'refused');
  const proof = play.observations.findLast(({ event }) => event === 'continued');
  const ended = play.observations.findLast(({ event }) => event === 'ended');
  const after = (at: Observation) => `+${seconds(at.atMs - startedAtMs)}`;
  if (refusal && !(proof && proof.atMs > refusal.atMs)) {
    const by = `${refusal.by ?? 'the platform'}${refusal.code ? ` (${refusal.code})` : ''}`;
    return lost(`denied by ${by} at ${after(refusal)}, never taken back`);
  }
  if (proof && provedAfter(play, sinceMs)) return { state: 'continued' };
  if (ended?.by === 'gave-up') return lost(`its viewer gave up at ${after(ended)}; nothing was served${cause}`);
  const heardUntilMs = ended?.atMs ?? untilMs;
  if (heardUntilMs - sinceMs <= GRACE_MS) return { state: 'undecided' };
  return lost(`nothing was served and no heartbeat accepted in ${seconds(heardUntilMs - sinceMs)}${cause}`);
}

const lost = (why: string): Outcome => ({ state: 'lost', why });

function aliveAt({ observations }: Play, atMs: number): boolean {
  const ended = observations.findLast(({ event }) => event === 'ended');
  return observations[0]!.atMs <= atMs && (ended === undefined || ended.atMs > atMs);
}

const provedAfter = ({ observations }: Play, atMs: number): boolean =>
  observations.some(({ event, atMs: at }) => event === 'continued' && at >= atMs);

function exampleOf({ playback, session, title, observations }: Play, why: string): Example {
  return { playback, session, title, acknowledgedAtMs: observations[0]!.atMs, why };
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
