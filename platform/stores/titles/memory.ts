import type { StoredTitle, TitleStore } from '../titles.ts';
import { PackBuilder } from './pack/builder.ts';
import { packedTitles } from './pack/store.ts';

/** Keeps titles in memory, as bytes and columns. Throws `bad-input` when two share an id or a rank. */
export const memoryTitles = (titles: readonly StoredTitle[], where = 'titles'): TitleStore =>
  orderedTitles(
    titles.toSorted((a, b) => a.rank - b.rank),
    where,
  );

/** The same of titles that come in order of rank, so that they need not all exist at once. */
export function orderedTitles(titles: Iterable<StoredTitle>, where = 'titles'): TitleStore {
  const chunks: Buffer[] = [];
  const builder = new PackBuilder({ sink: (bytes) => chunks.push(bytes), where });
  for (const title of titles) builder.add(title);
  const bytes = Buffer.concat(chunks);
  return packedTitles(builder.finish(), {
    read: (start, end) => bytes.subarray(start, end),
    close: async () => undefined,
  });
}
