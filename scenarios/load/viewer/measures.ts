import { Counter, Trend } from 'k6/metrics';
import { names } from './names.ts';

/** The viewer's own metrics. */
const request = new Counter(names.request);
const requestDuration = new Trend(names.requestDuration, true);
const retried = new Counter(names.retried);
const playStarts = new Counter(names.playStarts);
const startupDelay = new Trend(names.startupDelay, true);
const playing = new Counter(names.playing);
const rebuffer = new Counter(names.rebuffer);
const timerLag = new Trend(names.timerLag, true);
const played = new Counter(names.played);

export type Kind = 'session' | 'browse' | 'start' | 'manifest' | 'segment' | 'heartbeat' | SignUpKind;
/** Of who signs up: an account made, signed in, a plan taken, bills and subscription read. */
export type SignUpKind = 'account' | 'sign-in' | 'subscription' | 'bills';

export interface SeenRequest {
  readonly kind: Kind;
  readonly ok: boolean;
  /** k6's error_code of the last attempt, or why an answer was of no use. */
  readonly code: string;
  readonly tookMs: number;
  /** Time between two of this kind when all is well, for the correction of coordinated omission; 0 for no cadence. */
  readonly everyMs: number;
}

export interface PlaySeen {
  readonly session: string;
  readonly title: string;
  readonly playback: string;
  readonly event: 'acknowledged' | 'continued' | 'refused' | 'ended';
  readonly by: string;
  readonly code: string;
  readonly continued: boolean;
}

export const measures = {
  /** A request as the viewer saw it, all attempts together. */
  request({ kind, ok, code, tookMs, everyMs }: SeenRequest): void {
    const tags: { [name: string]: string } = { name: kind, ok: String(ok) };
    if (!ok) tags.code = code;
    request.add(1, tags);
    const cadence: { [name: string]: string } = { name: kind };
    if (everyMs > 0) cadence.every_ms = String(Math.round(everyMs));
    requestDuration.add(tookMs, cadence);
  },
  retried(kind: Kind, code: string): void {
    retried.add(1, { name: kind, code });
  },
  start(ok: boolean): void {
    playStarts.add(1, { ok: String(ok) });
  },
  startupDelay(ms: number): void {
    startupDelay.add(ms);
  },
  passed({ playedMs, stalledMs }: { readonly playedMs: number; readonly stalledMs: number }): void {
    if (playedMs > 0) playing.add(playedMs);
    if (stalledMs > 0) rebuffer.add(stalledMs);
  },
  timerLag(ms: number): void {
    if (ms > 0) timerLag.add(ms);
  },
  played(seen: PlaySeen): void {
    const tags: { [name: string]: string } = {
      session: seen.session,
      title: seen.title,
      playback: seen.playback,
      event: seen.event,
      continued: String(seen.continued),
    };
    if (seen.by !== '') tags.by = seen.by;
    if (seen.code !== '') tags.code = seen.code;
    played.add(1, tags);
  },
};
