import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { FaultflixError } from '#base/errors.ts';
import type { StoredTitle, TitleStore } from '../titles.ts';
import { memoryTitles } from './memory.ts';

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]*$/);

const episode = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*\.s\d+e\d+$/),
  number: z.int().positive(),
  name: z.string().min(1),
  minutes: z.int().positive(),
  synopsis: z.string().min(1),
  media: slug,
});

const title = z.strictObject({
  id: slug,
  name: z.string().min(1),
  year: z.int().min(1888).max(2100),
  kind: z.enum(['film', 'series']),
  genres: z.array(z.string().min(1)).min(1),
  people: z.array(z.strictObject({ name: z.string().min(1), role: z.enum(['director', 'cast']) })),
  synopsis: z.string().min(1),
  minutes: z.int().positive(),
  rank: z.int().positive(),
  media: slug,
  seasons: z.array(z.strictObject({ number: z.int().positive(), episodes: z.array(episode).min(1) })).optional(),
  countries: z
    .array(z.string().regex(/^[A-Z]{2}$/))
    .min(1)
    .optional(),
  age: z.int().min(1).max(21).optional(),
});

const file = z.strictObject({ titles: z.array(title) });

/** Titles of a JSON file `{"titles": […]}`, kept in memory. Throws as `readTitles`, or `bad-input` for an id or rank twice. */
export const fileTitles = async (path: string): Promise<TitleStore> => memoryTitles(await readTitles(path), path);

/** Those titles themselves. Throws `could-not-run` (unreadable) or `bad-input` with the path. */
export async function readTitles(path: string): Promise<readonly StoredTitle[]> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new FaultflixError('could-not-run', 'the titles cannot be read', { where: path, cause });
  }
  const parsed = file.safeParse(json);
  if (parsed.success) return parsed.data.titles as readonly StoredTitle[];
  const issue = parsed.error.issues[0];
  throw new FaultflixError('bad-input', 'not a file of titles', {
    where: `${path}:${issue?.path.join('.')}`,
    received: issue?.message ?? 'unknown',
  });
}
