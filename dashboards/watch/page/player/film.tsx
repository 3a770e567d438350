import { useRef, useState } from 'react';
import { playAdviceOf } from '../model/advice.ts';
import type { Started } from '../model/api.ts';
import type { ApiError } from '../model/api-error.ts';
import { api } from '../model/device.ts';
import { startAtMs } from '../model/positions.ts';
import type { Profile } from '../model/profiles.ts';
import { useAsked } from '../model/use-asked.ts';
import { lengthHereMs, positionHereMs, rememberLength, rememberPosition } from '../model/watched-here.ts';
import { Failed, Shown } from '../parts/states.tsx';
import type { Format } from './engine.ts';
import { rememberFormat, wantedFormat } from './format.ts';
import { Player } from './player.tsx';
import type { Underneath } from './underneath.ts';

interface FilmProps {
  readonly id: string;
  readonly name: string;
  readonly profile: Profile | undefined;
}

/** A start of a film, and another one when that has ended; each goes on where the one before was. */
export function Film({ id, name, profile }: FilmProps) {
  const [format, setFormat] = useState(wantedFormat);
  const [broken, setBroken] = useState<ApiError>();
  const at = useRef<number>(undefined);
  const asked = useAsked(`${id} ${profile?.id} ${format}`, async () => {
    const body = { titleId: id, ...(profile === undefined ? {} : { profile: profile.id }) };
    const key = crypto.randomUUID();
    const { value, region, trace } = await api.call<Started>('/v1/play', { method: 'POST', body, key });
    return { started: value, region, trace };
  });
  const again = () => {
    setBroken(undefined);
    if (asked.state !== 'loading') asked.again();
  };
  const seen = ({ atSeconds, lengthSeconds, doing }: Underneath) => {
    if (lengthSeconds === undefined || doing === 'starting') return;
    at.current = doing === 'ended' ? 0 : atSeconds;
    rememberLength(id, Math.round(lengthSeconds * 1_000));
    rememberPosition(profile?.id, id, Math.round(atSeconds * 1_000));
  };
  if (broken) return <Failed what="the film" error={broken} again={again} advice={playAdviceOf} />;
  return (
    <Shown asked={asked} what="the film" advice={playAdviceOf}>
      {({ started, region, trace }) => (
        <Player
          key={started.playback}
          {...{ started, region, trace, name, profile, format }}
          startSeconds={at.current ?? resumeSeconds(id, profile, started)}
          onFormat={(wanted: Format) => {
            rememberFormat(wanted);
            setFormat(wanted);
          }}
          onSeen={seen}
          onError={setBroken}
          onExpired={again}
        />
      )}
    </Shown>
  );
}

function resumeSeconds(id: string, profile: Profile | undefined, { resumeMs }: Started): number {
  return startAtMs(positionHereMs(profile?.id, id) ?? resumeMs, lengthHereMs(id)) / 1_000;
}
