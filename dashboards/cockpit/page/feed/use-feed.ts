import { useEffect, useState } from 'react';
import { apply } from '../../feed/state.ts';
import type { FeedState, Message } from '../../feed/wire.ts';
import type { Link } from '../model/health.ts';

export interface FeedView {
  readonly state: FeedState | undefined;
  readonly link: Link;
  /** The server's clock: its last word of the time plus what passed since by a clock that never jumps. */
  readonly nowMs: number;
}

const TICK_MS = 500;

/** The feed as it is now, and again each half second, since ages and elapsed times go on without any message. */
export function useFeed(): FeedView {
  const [view, setView] = useState<FeedView>({ state: undefined, link: 'connecting', nowMs: Date.now() });
  useEffect(() => {
    let state: FeedState | undefined;
    let link: Link = 'connecting';
    let atMs = 0;
    const now = () => (state ? state.nowMs + performance.now() - atMs : Date.now());
    const show = () => setView({ state, link, nowMs: now() });
    // EventSource connects again by itself; a whole state comes first each time.
    const source = new EventSource('/api/events');
    source.onmessage = ({ data }: MessageEvent<string>) => {
      const message = JSON.parse(data) as Message;
      if (!state && message.type !== 'state') return;
      state = apply(state as FeedState, message);
      atMs = performance.now();
      link = 'open';
      // Many changes come at once: the tick and the next frame show them together.
      schedule();
    };
    source.onerror = () => {
      link = 'lost';
      show();
    };
    let frame = 0;
    const schedule = () => {
      if (frame === 0) {
        frame = requestAnimationFrame(() => {
          frame = 0;
          show();
        });
      }
    };
    const timer = setInterval(show, TICK_MS);
    return () => {
      clearInterval(timer);
      cancelAnimationFrame(frame);
      source.close();
    };
  }, []);
  return view;
}
