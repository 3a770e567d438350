import type { Title } from '../model/api.ts';
import { api } from '../model/device.ts';
import { useAsked } from '../model/use-asked.ts';
import { minutesText } from '../model/words.ts';
import { Shown } from '../parts/states.tsx';
import { Poster, TitleCard } from '../parts/title-card.tsx';
import { fragmentOf } from '../route.ts';

export function TitlePage({ id }: { readonly id: string }) {
  const path = `/v1/titles/${encodeURIComponent(id)}`;
  const asked = useAsked(id, async () => (await api.call<Title>(path)).value);
  return (
    <Shown asked={asked} what="the title">
      {(title) => (
        <article className="title" data-state="title">
          <Poster id={title.id} shape="wide" />
          <h1>{title.name}</h1>
          <p className="facts">
            {title.year} · {minutesText(title.minutes)} · {title.genres.join(', ')}
          </p>
          <p>{title.synopsis}</p>
          <a className="play" href={fragmentOf({ page: 'player', id: title.id })}>
            Play
          </a>
          <p className="facts">With {title.people.map(({ name }) => name).join(', ')}</p>
          {title.seasons?.map((season) => (
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
  const asked = useAsked(id, async () => {
    const path = `/v1/titles/${encodeURIComponent(id)}/similar`;
    return (await api.call<{ titles: readonly Title[] }>(path)).value.titles;
  });
  if (asked.state !== 'there' || asked.value.length === 0) return null;
  return (
    <section aria-label="More like this">
      <h2>More like this</h2>
      <ul className="row">
        {asked.value.map((title) => (
          <li key={title.id}>
            <TitleCard title={title} />
          </li>
        ))}
      </ul>
    </section>
  );
}
