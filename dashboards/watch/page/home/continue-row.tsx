import type { Title } from '../model/api.ts';
import { api } from '../model/device.ts';
import { isFinished, type Position, shareWatched, titleOf } from '../model/positions.ts';
import type { Profile } from '../model/profiles.ts';
import { useAsked } from '../model/use-asked.ts';
import { lengthHereMs, positionHereMs } from '../model/watched-here.ts';
import { TitleCard } from '../parts/title-card.tsx';

const MOST = 10;

interface Begun {
  readonly title: Title;
  readonly share: number;
}

/** What was begun and not finished, the latest first; a home page without it is whole. */
export function ContinueRow({ profile }: { readonly profile: Profile }) {
  const asked = useAsked(profile.id, () => begun(profile));
  if (asked.state !== 'there' || asked.value.length === 0) return null;
  return (
    <section aria-label="Continue watching" data-row="continue">
      <h2>Continue watching</h2>
      <ul className="row">
        {asked.value.map(({ title, share }) => (
          <li key={title.id}>
            <TitleCard title={title} share={share} />
          </li>
        ))}
      </ul>
    </section>
  );
}

async function begun({ id: profile }: Profile): Promise<readonly Begun[]> {
  const query = new URLSearchParams({ profile });
  const { positions } = (await api.call<{ positions: readonly Position[] }>(`/v1/positions?${query}`)).value;
  // One card a title, whichever of its episodes was watched last.
  const latest = [...new Map(positions.toReversed().map((position) => [titleOf(position.titleId), position])).values()];
  const found = await Promise.all(
    latest
      .toReversed()
      .slice(0, MOST)
      .map((position) => cardOf(position, profile)),
  );
  return found.flatMap((card) => card ?? []);
}

async function cardOf({ titleId, positionMs }: Position, profile: string): Promise<Begun | undefined> {
  const title = await api.call<Title>(`/v1/titles/${encodeURIComponent(titleId)}`).then(
    ({ value }) => value,
    () => undefined, // it may be gone from the catalogue since
  );
  const lengthMs = lengthHereMs(titleId) ?? (title?.minutes ?? 0) * 60_000;
  const share = shareWatched(positionHereMs(profile, titleId) ?? positionMs, lengthMs);
  return title === undefined || share === undefined || isFinished(share) ? undefined : { title, share };
}
