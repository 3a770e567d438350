/** What viewers send and get. The OpenAPI document is made of these, so descriptions are for who reads that. */
import { z } from 'zod';
import { regions } from '#base/names.ts';

/** Text that a store, a log line and a proto can all hold: no half surrogate pairs, no control characters. */
const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value), 'text without control characters');

const id = text(200);
const country = z
  .string()
  .regex(/^[A-Z]{2}$/, 'ISO 3166-1 alpha-2')
  .meta({ description: 'ISO 3166-1 alpha-2' });
const number = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const ms = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

export const idempotencyKey = text(100);
export const empty = z.strictObject({});

// ---- What comes

export const sessionBody = z.strictObject({ device: text(100), home: z.enum(regions) });
export const accountBody = z.strictObject({
  mail: z.email().max(254),
  name: text(100),
  password: z.string().min(8).max(128).meta({ format: 'password' }),
  country,
});
export const profileBody = z.strictObject({ name: text(50), maxAge: z.int().min(0).max(99) });
export const playBody = z.strictObject({ titleId: text(100), profile: id.optional() });
export const heartbeatBody = z.strictObject({
  playback: id,
  positionMs: ms,
  titleId: text(100).optional(),
  profile: id.optional(),
});
/** Where it stopped, of what, for whom: kept when all three are said. */
export const stopBody = z.strictObject({
  playback: id,
  positionMs: ms.optional(),
  titleId: text(100).optional(),
  profile: id.optional(),
});
export const subscribeBody = z.strictObject({
  plan: text(50),
  card: text(200).meta({ description: "Token of the card network; never a card's number" }),
});

export const idPath = z.strictObject({ id });
export const artworkPath = z.strictObject({ id: text(100), shape: z.enum(['poster', 'wide']) });
export const playbackPath = z.strictObject({ playback: id });

export const profileQuery = z.strictObject({ profile: id.optional() });
export const positionsQuery = z.strictObject({ profile: id });
export const titlesQuery = z.strictObject({
  genre: text(50).optional(),
  cursor: text(500).optional(),
  limit: number(1, 200).optional(),
});
export const searchQuery = z.strictObject({ q: text(100), limit: number(1, 50).optional() });
/** Prices are of a country; in dollars where none is named. */
export const plansQuery = z.strictObject({ country: country.optional() });

export const billsQuery = z.strictObject({ cursor: text(500).optional() });
/** Players add parameters of their own (`_HLS_pathway`, `_DASH_throughput`), which do not matter here. */
export const steeringQuery = z.object({ session: id, home: z.enum(regions).optional() });

// ---- What goes out

const person = z.object({ name: z.string(), role: z.string().meta({ description: 'director or cast' }) });
export const title = z
  .object({
    ...{ id: z.string(), name: z.string(), year: z.int(), kind: z.string().meta({ description: 'film or series' }) },
    ...{ genres: z.array(z.string()), people: z.array(person), synopsis: z.string(), minutes: z.int() },
    age: z.int().meta({ description: 'Years; 0: for all' }),
  })
  .meta({ id: 'Title' });
const episode = z.object({
  ...{ id: z.string(), number: z.int(), name: z.string(), minutes: z.int(), synopsis: z.string() },
});
export const wholeTitle = title
  .extend({ seasons: z.array(z.object({ number: z.int(), episodes: z.array(episode) })) })
  .meta({ id: 'WholeTitle' });
export const row = z
  .object({
    reason: z.string().meta({ description: '`popular`, `genre:drama`, `because:<title id>`, `for-you`, `again`' }),
    about: z.string().optional().meta({ description: 'Name of the title or genre that is the reason' }),
    titles: z.array(title),
  })
  .meta({ id: 'Row' });
const degraded = z.literal(true).optional().meta({ description: 'A lesser answer: what gives the right one is out' });

export const session = z.object({
  ...{ playToken: z.string(), session: z.string(), region: z.string() },
  plan: z.string(),
  degraded,
});
export const account = z.object({
  ...{ id: z.string(), mail: z.string(), name: z.string(), country: z.string(), createdAtMs: ms },
});
const plan = z
  .object({
    ...{ id: z.string(), name: z.string(), priceMinor: z.int(), currency: z.string() },
    ...{ maxStreams: z.int(), maxHeight: z.int() },
  })
  .meta({ id: 'Plan' });
export const subscription = z
  .object({
    plan: plan.optional(),
    state: z.string().meta({ description: 'none, pending, active, past-due, cancelled or ended' }),
    ...{ periodStartMs: ms, periodEndMs: ms },
  })
  .meta({ id: 'Subscription' });
export const accountPage = z.object({ account, subscription: subscription.optional(), degraded });
export const profile = z.object({ id: z.string(), name: z.string(), maxAge: z.int() }).meta({ id: 'Profile' });
export const profiles = z.object({ profiles: z.array(profile), degraded });
export const rows = z.object({ rows: z.array(row), degraded });
export const titles = z.object({ titles: z.array(title), cursor: z.string().optional() });
export const similar = z.object({ titles: z.array(title), degraded });
export const genres = z.object({ genres: z.array(z.object({ name: z.string(), titles: z.int() })) });
export const playing = z.object({
  ...{ playback: z.string(), title: z.string() },
  edges: z.array(z.string()).meta({ description: 'Origins, the best first' }),
  hls: z.string().meta({ description: 'Path on every edge, signed for this session' }),
  dash: z.string(),
  heartbeatMs: z.int(),
  resumeMs: ms.optional().meta({ description: 'Where to go on; absent: from the beginning' }),
  steering: z.string().optional().meta({ description: 'Path of a steering manifest on every router' }),
});
export const positions = z.object({
  positions: z.array(z.object({ titleId: z.string(), positionMs: ms, atMs: ms })),
});
export const plans = z.object({ plans: z.array(plan), degraded });
const bill = z.object({
  ...{ id: z.string(), plan: z.string(), amountMinor: z.int(), currency: z.string(), state: z.string(), atMs: ms },
});
export const bills = z.object({ bills: z.array(bill), cursor: z.string().optional() });
export const steering = z.record(z.string(), z.unknown());

export const problem = z
  .object({
    ...{ type: z.url(), title: z.string(), status: z.int(), detail: z.string() },
    code: z.string().meta({ description: 'Stable; decide by this' }),
    ...{ where: z.string().optional(), expected: z.string().optional(), received: z.string().optional() },
    ...{ todo: z.string().optional(), trace: z.string().optional() },
    error: z.object({ code: z.string(), message: z.string() }).meta({ deprecated: true }),
  })
  .meta({ id: 'Problem' });
