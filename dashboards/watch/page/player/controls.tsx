import { type RefObject, useEffect, useState } from 'react';
import { clockText } from '../model/words.ts';
import type { Format } from './engine.ts';
import type { Underneath } from './underneath.ts';

const STEP_SECONDS = 10;

interface ControlsProps {
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly seen: Underneath | undefined;
  readonly format: Format;
  readonly onFormat: (format: Format) => void;
}

/** The same as the keys of `useKeys`, to press and to hear of. */
export function Controls({ video, seen, format, onFormat }: ControlsProps) {
  const [muted, setMuted] = useState(true);
  useEffect(() => {
    const element = video.current!;
    const follow = () => setMuted(element.muted);
    follow();
    element.addEventListener('volumechange', follow);
    return () => element.removeEventListener('volumechange', follow);
  }, [video]);
  const paused = seen?.doing === 'paused' || seen?.doing === 'ended';
  return (
    <fieldset className="controls" aria-label="Controls of the film">
      <button type="button" onClick={() => toggle(video.current!)} data-control="play">
        {paused ? 'Play' : 'Pause'}
      </button>
      <button type="button" onClick={() => step(video.current!, -STEP_SECONDS)}>
        −10 s<span className="hidden"> back</span>
      </button>
      <button type="button" onClick={() => step(video.current!, STEP_SECONDS)}>
        +10 s<span className="hidden"> forward</span>
      </button>
      <button
        type="button"
        aria-pressed={!muted}
        data-control="sound"
        onClick={() => {
          video.current!.muted = !muted;
        }}
      >
        Sound
      </button>
      <button type="button" onClick={() => fullScreen(video.current!)}>
        Full screen
      </button>
      <span className="clock" aria-hidden="true">
        {clockText(seen?.atSeconds ?? 0)}
        {seen?.lengthSeconds === undefined ? '' : ` / ${clockText(seen.lengthSeconds)}`}
      </span>
      <label className="format">
        Player{' '}
        <select value={format} onChange={(event) => onFormat(event.target.value as Format)}>
          <option value="hls">HLS (hls.js)</option>
          <option value="dash">DASH (shaka-player)</option>
        </select>
      </label>
    </fieldset>
  );
}

/** Wherever the focus is on the page, but in a field or on a button, whose own keys they are. */
export function useKeys(video: RefObject<HTMLVideoElement | null>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const element = video.current;
      if (!element || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest('input, select, textarea, button, a, summary, video'))
        return;
      const act = keys[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act(element);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [video]);
}

const keys: Readonly<Record<string, (video: HTMLVideoElement) => void>> = {
  ' ': toggle,
  k: toggle,
  ArrowLeft: (video) => step(video, -STEP_SECONDS),
  ArrowRight: (video) => step(video, STEP_SECONDS),
  m: (video) => {
    video.muted = !video.muted;
  },
  f: fullScreen,
};

function toggle(video: HTMLVideoElement): void {
  // Refused only when it is paused again meanwhile.
  if (video.paused) video.play().catch(() => undefined);
  else video.pause();
}

function step(video: HTMLVideoElement, seconds: number): void {
  const end = Number.isFinite(video.duration) ? video.duration : Number.POSITIVE_INFINITY;
  video.currentTime = Math.min(end, Math.max(0, video.currentTime + seconds));
}

function fullScreen(video: HTMLVideoElement): void {
  const entering = document.fullscreenElement ? document.exitFullscreen() : video.requestFullscreen();
  entering.catch(() => undefined); // a browser may have none
}
