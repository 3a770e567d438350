import { z } from 'zod';
import { defineCollection } from '#platform/stores/store.ts';

/** A place among an account's streams, held while its heartbeats come. */
const lease = z.object({
  playback: z.string(),
  session: z.string(),
  expiresAtMs: z.number(),
});

export type Lease = z.infer<typeof lease>;

/** By account. Lives as long as its youngest lease. */
export const streams = defineCollection({
  name: 'streams',
  schema: z.object({ maxStreams: z.number(), leases: z.array(lease) }),
});

const position = z.object({
  titleId: z.string(),
  positionMs: z.number(),
  atMs: z.number(),
  /** The playback that was there last: its `profile.watched` has been said. */
  playback: z.string(),
  finished: z.boolean(),
});

export type WatchedPosition = z.infer<typeof position>;

/** By profile: where it stopped, the latest first, 100 titles at most. What somebody watches says much of them. */
export const positions = defineCollection({
  name: 'positions',
  schema: z.object({ positions: z.array(position) }),
  encrypted: true,
});
