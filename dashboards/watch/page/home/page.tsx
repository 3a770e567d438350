import type { Row } from '../model/api.ts';
import { api } from '../model/device.ts';
import { useAsked } from '../model/use-asked.ts';
import { rowName } from '../model/words.ts';
import { Empty, Shown } from '../parts/states.tsx';
import { TitleCard } from '../parts/title-card.tsx';

interface Rows {
  readonly rows: readonly Row[];
  readonly degraded?: true;
}

export function HomePage() {
  const asked = useAsked('home', async () => (await api.call<Rows>('/v1/browse')).value);
  return (
    <Shown asked={asked} what="the titles">
      {({ rows, degraded }) => (
        <div data-state={degraded ? 'degraded' : 'home'}>
          {degraded && (
            <p className="note" role="status">
              Your own rows are not to be had just now; these are popular.
            </p>
          )}
          {rows.length === 0 && <Empty>There is nothing to watch yet.</Empty>}
          {rows.map((row) => (
            <TitleRow key={row.reason} row={row} />
          ))}
        </div>
      )}
    </Shown>
  );
}

function TitleRow({ row: { reason, titles } }: { readonly row: Row }) {
  return (
    <section aria-label={rowName(reason)} data-row={reason}>
      <h2>{rowName(reason)}</h2>
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
