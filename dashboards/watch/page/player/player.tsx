import { useEffect, useRef, useState } from 'react';
import type { Started } from '../model/api.ts';
import { ApiError } from '../model/api-error.ts';
import type { Profile } from '../model/profiles.ts';
import { announce } from '../parts/announce.tsx';
import { Controls, useKeys } from './controls.tsx';
import { Drawer } from './drawer.tsx';
import type { Format } from './engine.ts';
import type { Doing, Underneath } from './underneath.ts';
import { usePlaying } from './use-playing.ts';

export interface PlayerProps {
  readonly started: Started;
  readonly region: string | undefined;
  readonly trace: string | undefined;
  readonly name: string;
  readonly profile: Profile | undefined;
  readonly format: Format;
  readonly startSeconds: number;
  readonly onFormat: (format: Format) => void;
  readonly onSeen: (seen: Underneath) => void;
  readonly onError: (error: ApiError) => void;
  /** The paths have run out: another start has others. */
  readonly onExpired: () => void;
}

export function Player(props: PlayerProps) {
  const { started, region, trace, name, profile, format, startSeconds, onFormat, onSeen, onError, onExpired } = props;
  const video = useRef<HTMLVideoElement>(null);
  const [seen, setSeen] = useState<Underneath>();
  const servedBy = usePlaying({
    video,
    started,
    format,
    profile,
    startSeconds,
    onSeen(now) {
      setSeen(now);
      onSeen(now);
    },
    onEnd(why) {
      if (why === 'expired') onExpired();
      else if (why instanceof ApiError) onError(why);
      else onError(new ApiError(`no edge answers, ${why.why}`, { code: 'unavailable', status: 503 }));
    },
  });
  useKeys(video);
  useHeard(seen, name);

  return (
    <div className="player" data-state="playing" data-doing={seen?.doing ?? 'starting'}>
      <section aria-label="Player">
        <video ref={video} controls autoPlay muted playsInline aria-label={name} />
        <Controls video={video} seen={seen} format={format} onFormat={onFormat} />
        <p className="facts keys">Keys: space pauses, ← and → go 10 s, M is for the sound, F for the whole screen.</p>
      </section>
      <Drawer seen={seen} region={servedBy ?? region} trace={trace} />
    </div>
  );
}

const words: Readonly<Record<Doing, (name: string) => string>> = {
  starting: (name) => `${name} is starting`,
  playing: (name) => `${name} is playing`,
  paused: () => 'Paused',
  waiting: () => 'Waiting for the film',
  ended: () => 'The end',
};

/** What the player does, for who hears it. */
function useHeard(seen: Underneath | undefined, name: string): void {
  const doing = seen?.doing;
  useEffect(() => {
    if (doing !== undefined) announce(words[doing](name));
  }, [doing, name]);
  const failovers = seen?.failovers ?? 0;
  useEffect(() => {
    if (failovers > 0) announce('An edge did not answer: the film goes on from another one');
  }, [failovers]);
}
