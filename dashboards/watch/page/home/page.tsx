import type { Row } from '../model/api.ts';
import { api } from '../model/device.ts';
import { useAsked } from '../model/use-asked.ts';
import { rowName } from '../model/words.ts';
import { Heading } from '../parts/heading.tsx';
import { Empty, Shown } from '../parts/states.tsx';
import { TitleCard } from '../parts/title-card.tsx';
import { profileQuery, useWatching } from '../profiles/watching.tsx';
import { ContinueRow } from './continue-row.tsx';

interface Rows {
  readonly rows: readonly Row[];
  readonly degraded?: true;
}

export function HomePage() {
  const { profile } = useWatching();
  const query = profileQuery(profile);
  const asked = useAsked(query, async () => (await api.call<Rows>(`/v1/browse${query}`)).value);
  return (
    <>
      <Heading unseen>Home</Heading>
      <Shown asked={asked} what="the titles">
        {({ rows, degraded }) => (
          <div data-state={degraded ? 'degraded' : 'home'}>
            {degraded && (
              <p className="note" role="status">
                Your own rows are not to be had just now; these are popular.
              </p>
            )}
            {profile && <ContinueRow profile={profile} />}
            {rows.length === 0 && <Empty>There is nothing to watch yet.</Empty>}
            {rows.map((row) => (
              <TitleRow key={row.reason} row={row} />
            ))}
          </div>
        )}
      </Shown>
    </>
  );
}

function TitleRow({ row: { reason, about, titles } }: { readonly row: Row }) {
  const name = rowName(reason, about);
  return (
    <section aria-label={name} data-row={reason}>
      <h2>{name}</h2>
      <ul className="row">
        {titles.map((title) => (
          <li key={title.id}>
            <TitleCard title={title} />
          </li>
        ))}
      </ul>
    </section>
  );
}
