import { useEffect, useRef, useState } from 'react';
import type { Started } from '../model/api.ts';
import { api } from '../model/device.ts';
import { useAsked } from '../model/use-asked.ts';
import { Shown } from '../parts/states.tsx';
import { Drawer } from './drawer.tsx';
import { type Engine, play, type Underneath } from './engine.ts';

interface Playing {
  readonly started: Started;
  readonly region: string | undefined;
  readonly trace: string | undefined;
}

export function PlayerPage({ id }: { readonly id: string }) {
  const asked = useAsked(id, async (): Promise<Playing> => {
    const { value, region, trace } = await api.call<Started>('/v1/play', {
      method: 'POST',
      body: { titleId: id },
      key: crypto.randomUUID(),
    });
    return { started: value, region, trace };
  });
  return (
    <Shown asked={asked} what="the film">
      {(playing) => <Player key={playing.started.playback} {...playing} />}
    </Shown>
  );
}

const LOOK_EVERY_MS = 500;

function Player({ started, region, trace }: Playing) {
  const video = useRef<HTMLVideoElement>(null);
  const [seen, setSeen] = useState<Underneath>();
  const [fatal, setFatal] = useState<string>();
  const [servedBy, setServedBy] = useState(region);

  useEffect(() => {
    const element = video.current!;
    const engine: Engine = play({ video: element, started, onFatal: setFatal });
    const looking = setInterval(() => setSeen(engine.underneath()), LOOK_EVERY_MS);
    const beat = () => {
      const body = { playback: started.playback, positionMs: Math.round(element.currentTime * 1_000) };
      // A heartbeat that is lost costs nothing but a position: the next one tells it.
      api.call('/v1/heartbeat', { method: 'POST', body }).then(
        (answer) => setServedBy((before) => answer.region ?? before),
        () => undefined,
      );
    };
    const beating = setInterval(beat, started.heartbeatMs);
    return () => {
      clearInterval(looking);
      clearInterval(beating);
      beat();
      // Gives the stream's place back at once; it would run out by itself.
      api.call('/v1/stop', { method: 'POST', body: { playback: started.playback } }).catch(() => undefined);
      engine.end();
    };
  }, [started]);

  return (
    <div className="player" data-state={fatal ? 'broken' : 'playing'}>
      {fatal && (
        <p className="note" role="alert">
          The film cannot go on: no edge answers ({fatal}).{' '}
          <button type="button" onClick={() => location.reload()}>
            Try again
          </button>
        </p>
      )}
      <video ref={video} controls autoPlay muted playsInline aria-label="The film" />
      <Drawer seen={seen} region={servedBy} trace={trace} />
    </div>
  );
}
