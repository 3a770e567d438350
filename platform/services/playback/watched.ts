import type { NewEvent } from '#platform/stores/store.ts';
import type { WatchedPosition } from './collections.ts';

/** What of a title counts as having seen it: closing titles are not watched. */
export const FINISHED_SHARE = 0.9;
const MOST_POSITIONS = 100;

export interface Seen {
  readonly profile: string;
  readonly titleId: string;
  readonly playback: string;
  readonly positionMs: number;
  readonly nowMs: number;
  /** Of the title; undefined when it is not known. */
  readonly lengthMs: number | undefined;
}

export interface Watched {
  readonly positions: readonly WatchedPosition[];
  /** `profile.watched`: once when a playback begins and once when it comes to the end, whatever the heartbeats. */
  readonly events: readonly NewEvent[];
}

/** The positions of a profile after it was seen at a place of a title. */
export function watched(positions: readonly WatchedPosition[], seen: Seen): Watched {
  const { profile, titleId, playback, positionMs, nowMs, lengthMs } = seen;
  const before = positions.find((position) => position.titleId === titleId);
  const same = before?.playback === playback;
  const isFinished = lengthMs !== undefined && lengthMs > 0 && positionMs >= lengthMs * FINISHED_SHARE;
  const finished = isFinished || (same && before.finished);
  const says = (kind: 'play' | 'finish'): NewEvent => ({
    type: 'profile.watched',
    subject: profile,
    data: { titleId, kind, positionMs },
  });
  const events = [...(same ? [] : [says('play')]), ...(finished && !(same && before.finished) ? [says('finish')] : [])];
  const now: WatchedPosition = { titleId, positionMs, atMs: nowMs, playback, finished };
  const others = positions.filter((position) => position.titleId !== titleId);
  return { positions: [now, ...others].slice(0, MOST_POSITIONS), events };
}

/** Where to go on: from the beginning after the end. */
export function resumeMs(positions: readonly WatchedPosition[], titleId: string): number {
  const found = positions.find((position) => position.titleId === titleId);
  return found === undefined || found.finished ? 0 : found.positionMs;
}
