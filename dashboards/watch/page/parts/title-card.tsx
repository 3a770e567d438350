import type { Title } from '../model/api.ts';
import { minutesText } from '../model/words.ts';
import { fragmentOf } from '../route.ts';

interface TitleCardProps {
  readonly title: Title;
  /** How much of it was watched, 0 to 1. */
  readonly share?: number | undefined;
}

export function TitleCard({ title, share }: TitleCardProps) {
  const { id, name, year, minutes, genres } = title;
  return (
    <a className="card" href={fragmentOf({ page: 'title', id })} data-title={id}>
      <span className="frame">
        <Poster id={id} />
        {share !== undefined && <Progress share={share} />}
      </span>
      <strong>{name}</strong>
      <span className="facts">
        {year} · {minutesText(minutes)} · {genres[0]}
      </span>
    </a>
  );
}

export function Progress({ share }: { readonly share: number }) {
  const percent = Math.max(1, Math.round(share * 100));
  return (
    <span className="progress" data-watched={percent}>
      <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <rect width={percent} height="1" />
      </svg>
      <span className="hidden">{percent} % watched</span>
    </span>
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
