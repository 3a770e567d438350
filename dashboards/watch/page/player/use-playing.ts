import { type RefObject, useEffect, useState } from 'react';
import type { Started } from '../model/api.ts';
import { type ApiError, asApiError } from '../model/api-error.ts';
import { cmcdHeaders } from '../model/cmcd.ts';
import { api } from '../model/device.ts';
import type { Profile } from '../model/profiles.ts';
import { EdgeList } from './edge-list.ts';
import type { Engine, Format } from './engine.ts';
import { engineOf } from './load-engine.ts';
import { type Underneath, underneath } from './underneath.ts';

export interface PlayingOptions {
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly started: Started;
  readonly format: Format;
  readonly profile: Profile | undefined;
  readonly startSeconds: number;
  readonly onSeen: (seen: Underneath) => void;
  /** The film cannot go on: its error says why. */
  readonly onEnd: (error: ApiError | 'expired' | { readonly why: string }) => void;
}

const LOOK_EVERY_MS = 500;
/** How soon the edges are asked for again when that could not be answered. */
const STEER_AGAIN_MS = 10_000;

/** One play from its beginning to its end: the player, its edges, what is told of it. The region that answers it. */
export function usePlaying({ video, started, format, profile, startSeconds, onSeen, onEnd }: PlayingOptions) {
  const [region, setRegion] = useState<string>();

  // biome-ignore lint/correctness/useExhaustiveDependencies: a play and its player begin once
  useEffect(() => {
    const element = video.current!;
    const edges = new EdgeList(started.edges);
    const { playback, title } = started;
    let engine: Engine | undefined;
    let over = false;
    let stalls = 0;
    let starved = false;

    let begun = false;
    // A video is at 0 until it has been told where to begin: that is no word of its viewer's.
    const at = (): number => {
      begun ||= element.currentTime > 0;
      return begun ? element.currentTime : startSeconds;
    };
    const look = () => underneath({ video: element, format, edges, engine, stalls, atSeconds: at() });
    const where = () => ({
      playback,
      positionMs: Math.round(at() * 1_000),
      titleId: title,
      ...(profile === undefined ? {} : { profile: profile.id }),
    });
    const fail = (why: Parameters<typeof onEnd>[0]) => {
      if (!over) onEnd(why);
    };

    const onWaiting = () => {
      if (element.currentTime === 0 || element.seeking || element.ended) return;
      stalls += 1;
      starved = true;
    };
    element.addEventListener('waiting', onWaiting);
    engineOf(format, {
      video: element,
      started,
      edges,
      startSeconds,
      onFatal: (why, is) => fail(is === 'expired' ? is : { why }),
    }).then(
      (made) => {
        if (over) made.end();
        else engine = made;
      },
      (thrown: unknown) => fail({ why: `the player cannot be loaded: ${thrown}` }),
    );

    const beat = async () => {
      const { edge, bufferSeconds, bitrateBps, bandwidthBps } = look();
      const rate = element.paused ? 0 : element.playbackRate;
      const state = { edge, playback, title, format, bufferMs: bufferSeconds * 1_000, bitrateBps, bandwidthBps };
      const headers = cmcdHeaders({ ...state, rate, starved });
      starved = false;
      try {
        const answer = await api.call('/v1/heartbeat', { method: 'POST', body: where(), headers });
        setRegion((before) => answer.region ?? before);
      } catch (thrown) {
        const error = asApiError(thrown);
        // One that is lost costs nothing but a position: the next one tells it.
        if (error.code === 'gone') fail(error);
      }
    };
    const looking = setInterval(() => onSeen(look()), LOOK_EVERY_MS);
    const beating = setInterval(() => void beat(), started.heartbeatMs);

    let steering: ReturnType<typeof setTimeout>;
    const steer = async (path: string) => {
      const again = await api.plain<unknown>(path, undefined).then(
        ({ value }) => edges.steer(value),
        () => STEER_AGAIN_MS, // the edges that are known are good until one of them is not
      );
      if (!over) steering = setTimeout(() => void steer(path), again);
    };
    if (started.steering !== undefined) {
      const path = started.steering;
      steering = setTimeout(() => void steer(path), STEER_AGAIN_MS);
    }

    const onHide = () => api.leave('/v1/stop', where());
    addEventListener('pagehide', onHide);
    return () => {
      over = true;
      onSeen(look()); // where the next one goes on
      clearInterval(looking);
      clearInterval(beating);
      clearTimeout(steering);
      removeEventListener('pagehide', onHide);
      element.removeEventListener('waiting', onWaiting);
      // Gives the stream's place back at once, and says where it stopped; the place would run out by itself.
      api.call('/v1/stop', { method: 'POST', body: where() }).catch(() => undefined);
      engine?.end();
    };
  }, []);

  return region;
}
