import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';

/** What the card network answers. `amountMinor` is in minor units of `currency`; `reference` is the merchant's own. */
export interface Charge {
  readonly charge: string;
  readonly state: 'captured' | 'declined' | 'refunded';
  readonly amountMinor: number;
  readonly currency: string;
  readonly reference: string;
  readonly reason?: string;
  readonly atMs: number;
}

export const chargeSchema = z.strictObject({
  card: z.string().min(1).max(100),
  amountMinor: z.int().min(1).max(1_000_000_000),
  currency: z.string().regex(/^[A-Z]{3}$/),
  reference: z.string().min(1).max(200),
});
export type ChargeRequest = z.infer<typeof chargeSchema>;

/** As it is kept: without the card, of which the fingerprint of the request is all that is left. */
const entrySchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('charge'),
    key: z.string(),
    fingerprint: z.string(),
    charge: z.object({
      charge: z.string(),
      state: z.enum(['captured', 'declined']),
      amountMinor: z.number(),
      currency: z.string(),
      reference: z.string(),
      reason: z.string().optional(),
      atMs: z.number(),
    }),
  }),
  z.object({ type: z.literal('refund'), key: z.string(), fingerprint: z.string(), charge: z.string() }),
]);
type Entry = z.infer<typeof entrySchema>;

export interface ChargesParts {
  readonly clock: Clock;
  /** Resolves when the entry is durable. */
  readonly append: (entry: Entry) => Promise<void>;
}

interface Answered {
  readonly fingerprint: string;
  readonly charge: string;
  readonly durable: Promise<void>;
}

const refusals: Readonly<Record<string, string | undefined>> = {
  'card-good': undefined,
  'card-declined': 'declined by the bank',
  'card-expired': 'the card has expired',
};

/** Every authorisation and capture that was ever made. A key is never forgotten; a reference means nothing to it. */
export class Charges {
  readonly #parts: ChargesParts;
  readonly #charges = new Map<string, Charge>();
  /** Their ids, as they came. */
  readonly #order: string[] = [];
  readonly #keys = new Map<string, Answered>();
  readonly #references = new Map<string, string[]>();

  constructor(parts: ChargesParts, entries: readonly unknown[] = []) {
    this.#parts = parts;
    for (const entry of entries) this.#apply(entrySchema.parse(entry), Promise.resolve());
  }

  /** The same key and request answer as before; `conflict` with another request. Resolves when it is durable. */
  charge(request: ChargeRequest, key: string): Promise<Charge> {
    const { card, amountMinor, currency, reference } = request;
    const fingerprint = fingerprintOf(['charge', card, amountMinor, currency, reference]);
    return this.#once(key, fingerprint, () => {
      const known = Object.hasOwn(refusals, card);
      const reason = known ? refusals[card] : 'no such card';
      const charge = {
        charge: `ch-${String(this.#charges.size + 1).padStart(12, '0')}`,
        state: reason === undefined ? ('captured' as const) : ('declined' as const),
        ...{ amountMinor, currency, reference },
        ...(reason === undefined ? {} : { reason }),
        atMs: this.#parts.clock.now(),
      };
      return { type: 'charge', key, fingerprint, charge };
    });
  }

  /** Gives a captured charge back, once. */
  refund(charge: string, key: string): Promise<Charge> {
    const fingerprint = fingerprintOf(['refund', charge]);
    return this.#once(key, fingerprint, () => {
      const known = this.#charges.get(charge);
      if (known === undefined) throw new FaultflixError('not-found', 'no such charge', { received: charge });
      if (known.state !== 'captured')
        throw new FaultflixError('conflict', 'nothing to give back', { expected: 'captured', received: known.state });
      return { type: 'refund', key, fingerprint, charge };
    });
  }

  /** In the order in which they were made. */
  byReference(reference: string): readonly Charge[] {
    return (this.#references.get(reference) ?? []).map((id) => this.#charges.get(id)!);
  }

  /** All of them, for auditors. */
  page({ after, limit }: { readonly after: string; readonly limit: number }) {
    const start = after === '' ? 0 : Number(after.slice('ch-'.length));
    const charges = this.#order.slice(start, start + limit).map((id) => this.#charges.get(id)!);
    const last = charges.at(-1);
    return last && start + limit < this.#order.length ? { charges, nextAfter: last.charge } : { charges };
  }

  async #once(key: string, fingerprint: string, make: () => Entry): Promise<Charge> {
    const known = this.#keys.get(key);
    if (known && known.fingerprint !== fingerprint)
      throw new FaultflixError('conflict', 'this idempotency key came with another request before', { where: key });
    const answered = known ?? this.#record(make());
    await answered.durable;
    return this.#charges.get(answered.charge)!;
  }

  /** In memory at once, so that the same key in flight twice is one charge. */
  #record(entry: Entry): Answered {
    const durable = this.#parts.append(entry);
    durable.catch(() => undefined);
    return this.#apply(entry, durable);
  }

  #apply(entry: Entry, durable: Promise<void>): Answered {
    const id = typeof entry.charge === 'string' ? entry.charge : entry.charge.charge;
    const answered = { fingerprint: entry.fingerprint, charge: id, durable };
    this.#keys.set(entry.key, answered);
    if (entry.type === 'refund') {
      this.#charges.set(id, { ...this.#charges.get(id)!, state: 'refunded' });
      return answered;
    }
    const { reason, ...charge } = entry.charge;
    this.#charges.set(id, { ...charge, ...(reason === undefined ? {} : { reason }) });
    this.#order.push(id);
    const { reference } = charge;
    this.#references.set(reference, [...(this.#references.get(reference) ?? []), id]);
    return answered;
  }
}

const fingerprintOf = (parts: readonly (string | number)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
