import { FaultflixError } from '#base/errors.ts';
import type { Place } from '#base/names.ts';
import { isMedia } from '#contracts/media-file.ts';
import type { TitleDemand } from '../popularity.ts';

/** Hours from midnight, by the sun of the region: when its viewers sleep and its network is idle. */
const WINDOW = { fromHour: 2, toHour: 6 } as const;
const utcOffsetHours: Readonly<Record<string, number>> = { 'us-east-1': -5, 'us-west-2': -8, 'ap-south-1': 5.5 };

export function inFillWindow(nowMs: number, place: Place): boolean {
  const hour = (((nowMs / 3_600_000 + (utcOffsetHours[place] ?? 0)) % 24) + 24) % 24;
  return hour >= WINDOW.fromHour && hour < WINDOW.toHour;
}

export interface PlaceAheadParts {
  /** The titles that all edges are asked for most, the most first. */
  readonly popular: () => Promise<readonly TitleDemand[]>;
  /** Names of a title's files. */
  readonly list: (media: string) => Promise<readonly string[]>;
  readonly has: (key: string) => boolean;
  readonly fill: (media: string, name: string) => Promise<unknown>;
  /** Whether the share of the disk for this is used up. */
  readonly isFull: () => boolean;
  readonly signal: AbortSignal;
}

export interface PlacedAhead {
  readonly files: number;
  readonly failed: number;
}

/** Failures in a row after which there is no sense in going on: the sources are out. */
const MOST_FAILURES = 5;

/** Fills what is popular and not here yet, one file after another: viewers' fills go before it everywhere. */
export async function placeAhead({ popular, list, has, fill, isFull, signal }: PlaceAheadParts): Promise<PlacedAhead> {
  let [files, failed, inRow] = [0, 0, 0];
  for (const { media } of await popular()) {
    const names = isMedia(media) ? await list(media).catch(() => [] as string[]) : [];
    for (const name of names) {
      if (signal.aborted || isFull() || inRow >= MOST_FAILURES) return { files, failed };
      if (has(`${media}/${name}`)) continue;
      try {
        await fill(media, name);
        files++;
        inRow = 0;
      } catch (thrown) {
        if (!(thrown instanceof FaultflixError)) throw thrown;
        failed++;
        inRow++;
      }
    }
  }
  return { files, failed };
}
