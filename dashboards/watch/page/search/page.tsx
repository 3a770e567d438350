import { type FormEvent, useId } from 'react';
import type { Title } from '../model/api.ts';
import { api } from '../model/device.ts';
import { suits } from '../model/profiles.ts';
import { useAsked } from '../model/use-asked.ts';
import { Heading } from '../parts/heading.tsx';
import { Empty, Shown } from '../parts/states.tsx';
import { TitleCard } from '../parts/title-card.tsx';
import { useWatching } from '../profiles/watching.tsx';
import { fragmentOf } from '../route.ts';

export function SearchBox({ query }: { readonly query: string }) {
  const id = useId();
  const search = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const asked = String(new FormData(event.currentTarget).get('q') ?? '').trim();
    location.hash = fragmentOf(asked === '' ? { page: 'home' } : { page: 'search', query: asked });
  };
  return (
    <search>
      <form onSubmit={search}>
        <label htmlFor={id} className="hidden">
          Search titles, people, genres
        </label>
        <input id={id} name="q" type="search" maxLength={100} defaultValue={query} placeholder="Search" key={query} />
      </form>
    </search>
  );
}

export function SearchPage({ query }: { readonly query: string }) {
  const { profile } = useWatching();
  const asked = useAsked(query, async () =>
    query === ''
      ? []
      : (await api.call<{ titles: readonly Title[] }>(`/v1/search?q=${encodeURIComponent(query)}`)).value.titles,
  );
  return (
    <>
      <Heading>{`Search for “${query}”`}</Heading>
      <Shown asked={asked} what="what was found">
        {(found) => {
          const titles = found.filter(({ age }) => suits(age, profile));
          return titles.length === 0 ? (
            <Empty>Nothing is called “{query}”, nor nearly so.</Empty>
          ) : (
            <ul className="grid" data-state="found" aria-label={`Found for ${query}`}>
              {titles.map((title) => (
                <li key={title.id}>
                  <TitleCard title={title} />
                </li>
              ))}
            </ul>
          );
        }}
      </Shown>
    </>
  );
}
