import { z } from 'zod';
import { defineCollection } from '#platform/stores/store.ts';

/** A mail that is to be sent. No address and no name: those are asked for when it is sent. The id is the event's. */
export const pending = defineCollection({
  name: 'pending',
  schema: z.object({
    type: z.string(),
    account: z.string(),
    data: z.record(z.string(), z.unknown()),
    /** Of the event. */
    atMs: z.number(),
    /** Tries that failed. */
    failures: z.number(),
    /** Not before: after a failure, or while another replica has it in hand. */
    dueAtMs: z.number(),
    /** Who has it in hand, if anybody; a try is its own claim. */
    claim: z.string().optional(),
  }),
});
export type Pending = z.infer<typeof pending.schema>;

/** What was done with an event: the id is the event's, so that it is done once. */
export const done = defineCollection({
  name: 'done',
  schema: z.object({
    type: z.string(),
    account: z.string(),
    atMs: z.number(),
    /** `sent`: the mail server took it. `no-recipient`: there is no such account, or it has no address that can be written to. */
    outcome: z.enum(['sent', 'no-recipient']),
    /** Tries that failed before. */
    failures: z.number(),
  }),
});
