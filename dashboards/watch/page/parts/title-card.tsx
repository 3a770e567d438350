import type { Title } from '../model/api.ts';
import { minutesText } from '../model/words.ts';
import { fragmentOf } from '../route.ts';

export function TitleCard({ title }: { readonly title: Title }) {
  const { id, name, year, minutes, genres } = title;
  return (
    <a className="card" href={fragmentOf({ page: 'title', id })} data-title={id}>
      <Poster id={id} />
      <strong>{name}</strong>
      <span>
        {year} · {minutesText(minutes)} · {genres[0]}
      </span>
    </a>
  );
}

/** Shows the frame's own colour. */
const NOTHING = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E";

/** Decoration: the name stands beside it. */
export function Poster({ id, shape = 'poster' }: { readonly id: string; readonly shape?: 'poster' | 'wide' }) {
  return (
    <img
      className={shape}
      src={`/v1/artwork/${encodeURIComponent(id)}/${shape}`}
      alt=""
      loading="lazy"
      onError={(event) => {
        event.currentTarget.src = NOTHING;
      }}
    />
  );
}
