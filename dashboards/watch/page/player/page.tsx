import type { Title } from '../model/api.ts';
import { api } from '../model/device.ts';
import { titleOf } from '../model/positions.ts';
import { suits } from '../model/profiles.ts';
import { useAsked } from '../model/use-asked.ts';
import { Heading } from '../parts/heading.tsx';
import { NotForProfile } from '../parts/not-for-profile.tsx';
import { Shown } from '../parts/states.tsx';
import { useWatching } from '../profiles/watching.tsx';
import { fragmentOf } from '../route.ts';
import { Film } from './film.tsx';

export function PlayerPage({ id }: { readonly id: string }) {
  const { profile } = useWatching();
  const asked = useAsked(id, async () => (await api.call<Title>(`/v1/titles/${encodeURIComponent(id)}`)).value);
  const name = asked.state === 'there' ? nameOf(asked.value, id) : 'The film';
  // Who may see everything does not wait for the catalogue.
  const isLimited = profile !== undefined && profile.maxAge > 0;
  return (
    <>
      <p>
        <a href={fragmentOf({ page: 'title', id: titleOf(id) })} className="back">
          ← Back to the title
        </a>
      </p>
      <Heading>{name}</Heading>
      {isLimited ? (
        <Shown asked={asked} what="the film">
          {({ age }) =>
            suits(age, profile) ? <Film id={id} name={name} profile={profile} /> : <NotForProfile profile={profile} />
          }
        </Shown>
      ) : (
        <Film id={id} name={name} profile={profile} />
      )}
    </>
  );
}

function nameOf({ name, seasons = [] }: Title, id: string): string {
  const episode = seasons.flatMap(({ episodes }) => episodes).find((each) => each.id === id);
  return episode === undefined ? name : `${name}: ${episode.name}`;
}
