import { z } from 'zod';
import { defineCollection } from '#platform/stores/store.ts';

export const eventKinds = ['play', 'finish', 'like', 'dislike'] as const;

const event = z.object({
  /** Counts once. */
  id: z.string(),
  kind: z.enum(eventKinds),
  /** Of a title; that of an episode is its series. */
  titleId: z.string(),
  atMs: z.number(),
});

export type ProfileEvent = z.infer<typeof event>;

/** By profile: what it did, the latest first. What somebody watches says much of them. */
export const recents = defineCollection({
  name: 'recents',
  schema: z.object({ events: z.array(event) }),
  encrypted: true,
});

export type Recents = z.infer<typeof recents.schema>;
