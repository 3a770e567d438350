import type { Title__Output } from '#contracts/generated/faultflix/catalog/v1/Title.ts';

/** What plays: the title itself, or the episode of it that was asked for. */
export interface Playable {
  readonly id: string;
  readonly media: string;
  readonly lengthMs: number | undefined;
  readonly countries: readonly string[];
  /** From which it is, years; 0: for all. */
  readonly age: number;
}

export function playable(title: Title__Output, id: string): Playable {
  const episode = title.seasons.flatMap(({ episodes }) => episodes).find((each) => each.id === id);
  const { media, minutes } = episode ?? title;
  return {
    id,
    media,
    lengthMs: minutes > 0 ? minutes * 60_000 : undefined,
    countries: title.countries,
    age: title.age,
  };
}
