import type { Title } from '../model/api.ts';
import { api } from '../model/device.ts';
import { suits } from '../model/profiles.ts';
import { useAsked } from '../model/use-asked.ts';
import { ageRating, minutesText } from '../model/words.ts';
import { Heading } from '../parts/heading.tsx';
import { NotForProfile } from '../parts/not-for-profile.tsx';
import { Shown } from '../parts/states.tsx';
import { Poster, TitleCard } from '../parts/title-card.tsx';
import { useWatching } from '../profiles/watching.tsx';
import { fragmentOf } from '../route.ts';

export function TitlePage({ id }: { readonly id: string }) {
  const path = `/v1/titles/${encodeURIComponent(id)}`;
  const { profile } = useWatching();
  const asked = useAsked(id, async () => (await api.call<Title>(path)).value);
  return (
    <Shown asked={asked} what="the title">
      {(title) => (
        <article className="title" data-state="title">
          <Poster id={title.id} shape="wide" />
          <Heading>{title.name}</Heading>
          <p className="facts">
            {title.year} · {minutesText(title.minutes)} · {title.genres.join(', ')} · {ageRating(title.age)}
          </p>
          <p>{title.synopsis}</p>
          {profile && !suits(title.age, profile) ? (
            <NotForProfile profile={profile} />
          ) : (
            <a className="play" href={fragmentOf({ page: 'player', id: title.id })}>
              Play<span className="hidden"> {title.name}</span>
            </a>
          )}
          <p className="facts">With {title.people.map(({ name }) => name).join(', ')}</p>
          {(profile && !suits(title.age, profile) ? [] : title.seasons)?.map((season) => (
            <details key={season.number}>
              <summary>Season {season.number}</summary>
              <ol>
                {season.episodes.map((episode) => (
                  <li key={episode.id}>
                    <a href={fragmentOf({ page: 'player', id: episode.id })}>{episode.name}</a>
                  </li>
                ))}
              </ol>
            </details>
          ))}
          <Similar id={title.id} />
        </article>
      )}
    </Shown>
  );
}

/** More like it, where that can be had; a page without it is whole. */
function Similar({ id }: { readonly id: string }) {
  const { profile } = useWatching();
  const asked = useAsked(id, async () => {
    const path = `/v1/titles/${encodeURIComponent(id)}/similar`;
    return (await api.call<{ titles: readonly Title[] }>(path)).value.titles;
  });
  if (asked.state !== 'there' || asked.value.length === 0) return null;
  return (
    <section aria-label="More like this">
      <h2>More like this</h2>
      <ul className="row">
        {asked.value
          .filter(({ age }) => suits(age, profile))
          .map((title) => (
            <li key={title.id}>
              <TitleCard title={title} />
            </li>
          ))}
      </ul>
    </section>
  );
}
