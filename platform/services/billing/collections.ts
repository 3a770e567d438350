import { z } from 'zod';
import { type Collection, defineCollection } from '#platform/stores/store.ts';
import { entrySchema } from './ledger.ts';
import { states } from './lifecycle.ts';

const paidPlan = z.enum(['basic', 'standard', 'premium']);
const ms = z.int();
const minor = z.int().min(0);

/** By account. */
const subscriptionSchema = z.object({
  account: z.string(),
  state: z.enum(states),
  plan: paidPlan,
  currency: z.string(),
  /** Token of the card network. */
  card: z.string(),
  /** Periods are counted from here: `periods.ts`. */
  anchorMs: ms,
  /** How many have begun. */
  periods: z.int(),
  periodStartMs: ms,
  periodEndMs: ms,
  /** Owed to the viewer, used on the next bill. */
  creditMinor: minor,
  /** At most one bill is open at a time. */
  openBill: z.string().optional(),
  /** The viewer cancelled while it was pending. */
  cancelWanted: z.boolean(),
  /** Bills so far. */
  bills: z.int(),
});
export type Subscription = z.infer<typeof subscriptionSchema>;

/** By id: `<account>.<number, counted down>`, so that the newest come first. The card network knows it as the reference. */
const billSchema = z.object({
  id: z.string(),
  account: z.string(),
  kind: z.enum(['first', 'renewal', 'change']),
  plan: paidPlan,
  amountMinor: minor,
  creditMinor: minor,
  currency: z.string(),
  state: z.enum(['open', 'paid', 'refused', 'refunded']),
  atMs: ms,
  periodStartMs: ms,
  periodEndMs: ms,
  /** Charges that were begun. */
  attempts: z.int(),
  refusals: z.int(),
  firstRefusedMs: ms.optional(),
  /** The duty that tries it again, while no charge of it is on its way. */
  dunning: z.string().optional(),
});
export type Bill = z.infer<typeof billSchema>;

/** What is to be charged, written before anybody is asked to: by `<bill>.<attempt>`. */
const chargeSchema = z.object({
  id: z.string(),
  bill: z.string(),
  account: z.string(),
  amountMinor: minor,
  currency: z.string(),
  /** Until the outcome is known. */
  card: z.string().optional(),
  /** The idempotency key, the same however often it is sent. */
  key: z.string(),
  /** `sent`: the card network may have been asked; what came of it is not known. */
  state: z.enum(['intended', 'sent', 'captured', 'declined']),
  atMs: ms,
  /** How often its outcome stayed unknown. */
  unknowns: z.int(),
  /** Until then one pod alone works on it. */
  leaseUntilMs: ms,
  /** Its duty. */
  duty: z.string(),
  /** The card network's name for it. */
  networkCharge: z.string().optional(),
});
export type Charge = z.infer<typeof chargeSchema>;

/** What is to be done at a time: by `<due, 15 digits>.<kind>.<whom>`, so that what is due first comes first. */
const dutySchema = z.object({
  id: z.string(),
  kind: z.enum(['settle', 'period', 'dun']),
  /** A charge, an account, a bill. */
  of: z.string(),
  dueMs: ms,
});
export type Duty = z.infer<typeof dutySchema>;

/** What came with an idempotency key: by `<account>.<hash of the key>`. */
const askedSchema = z.object({ fingerprint: z.string(), bill: z.string().optional(), atMs: ms });
export type Asked = z.infer<typeof askedSchema>;

export const subscriptions: Collection<Subscription> = defineCollection({
  name: 'subscriptions',
  schema: subscriptionSchema,
  encrypted: true,
});
export const bills: Collection<Bill> = defineCollection({ name: 'bills', schema: billSchema });
export const charges: Collection<Charge> = defineCollection({ name: 'charges', schema: chargeSchema, encrypted: true });
export const duties: Collection<Duty> = defineCollection({ name: 'duties', schema: dutySchema });
export const asked: Collection<Asked> = defineCollection({ name: 'asked', schema: askedSchema });
export const ledger: Collection<z.infer<typeof entrySchema>> = defineCollection({
  name: 'ledger',
  schema: entrySchema,
});
