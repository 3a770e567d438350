import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { Metrics } from '#kit/metrics.ts';
import type { Guards } from '#kit/resilience/guards.ts';
import type { Answer, CardNetwork } from './card-network.ts';
import { type Documents, duty, write } from './changes.ts';
import { bills, type Charge, charges, subscriptions } from './collections.ts';
import { billPaid, billRefused } from './outcomes.ts';

export interface ChargingParts {
  readonly store: Documents;
  readonly network: CardNetwork;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'counter'>;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  /** `idempotency` off: a charge has a new key each time it is sent, and nobody looks up what became of the last. */
  readonly guards: Guards;
}

/** Waits after outcomes that stayed unknown. */
const unknownMs = { first: 2_000, most: 300_000 } as const;
/** Longer than the three requests that a lease covers can take, with the store's transactions between them. */
const leaseMs = (timeoutMs: number): number => 3 * timeoutMs + 5_000;

/**
 * Takes an intent to its end: charged once, or declined. The intent was written before; then
 *
 * 1. it is marked `sent`, with a lease, before anything is sent;
 * 2. if it was marked before, the card network is asked what it knows of the bill: what it captured is the outcome;
 * 3. the charge is sent, under the intent's own key; when no answer comes, step 2 again;
 * 4. the outcome is written with all that follows from it. Who dies between leaves a `sent` intent, which goes on at 2.
 *
 * Twice at once (a lease that was outlived) is one charge too: the key is the same.
 */
export class Charging {
  readonly #parts: ChargingParts;
  readonly #charges;
  readonly #reconciled;
  readonly #dunning;

  constructor(parts: ChargingParts) {
    this.#parts = parts;
    const { metrics } = parts;
    this.#charges = metrics.counter({
      ...{ name: 'billing_charges_total', help: 'Charges by what sending them came to', labels: ['outcome'] },
    });
    this.#reconciled = metrics.counter({
      name: 'billing_charges_reconciled_total',
      help: 'Unknown outcomes looked up at the card network, by what it knew; several: charged more than once',
      labels: ['found'],
    });
    this.#dunning = metrics.counter({ name: 'billing_dunning_total', help: 'Refused renewals', labels: ['step'] });
  }

  /**
   * `timeoutMs`: for the charge; each look-up has half of it. Resolves when it is settled, or was left to a later duty, or another
   * pod is at it. Rejects when the store does.
   */
  async settle(id: string, { timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
    const claimed = await this.#claim(id, timeoutMs);
    if (claimed === undefined) return;
    const { charge, sentBefore } = claimed;
    const guarded = this.#parts.guards.on('idempotency');
    let answer: Answer = sentBefore && guarded ? await this.#lookUp(charge, timeoutMs) : { outcome: 'unknown' };
    if (answer.outcome === 'unknown') {
      answer = await this.#parts.network.charge(guarded ? charge : withNewKey(charge), { timeoutMs });
      this.#charges.inc({ outcome: answer.outcome });
      if (answer.outcome === 'unknown' && guarded) answer = await this.#lookUp(charge, timeoutMs);
    }
    if (answer.outcome === 'unknown') await this.#later(charge);
    else await this.#record(charge, answer);
  }

  #claim(id: string, timeoutMs: number) {
    const { store, clock } = this.#parts;
    return store.transact(async (tx) => {
      const charge = await tx.get(charges, id);
      const nowMs = clock.now();
      if (charge === undefined || isSettled(charge) || charge.leaseUntilMs > nowMs) return undefined;
      const sent: Charge = { ...charge, state: 'sent', leaseUntilMs: nowMs + leaseMs(timeoutMs) };
      tx.put(charges, id, sent);
      return { charge: sent, sentBefore: charge.state === 'sent' };
    });
  }

  /** Only a capture is an outcome: nothing found may still be on its way, and a refusal may be of an earlier attempt. */
  async #lookUp({ bill }: Charge, timeoutMs: number): Promise<Answer> {
    const known = await this.#parts.network.lookUp(bill, { timeoutMs: timeoutMs / 2 });
    const captured = known?.filter(({ state }) => state !== 'declined') ?? [];
    if (captured.length > 1)
      this.#parts.log.error(
        { bill, charges: captured.map(({ charge }) => charge) },
        'a bill was charged more than once',
      );
    const found =
      known === undefined
        ? 'no-answer'
        : captured.length > 1
          ? 'several'
          : captured.length === 1
            ? 'captured'
            : 'nothing';
    this.#reconciled.inc({ found });
    return captured[0] === undefined
      ? { outcome: 'unknown' }
      : { outcome: 'captured', networkCharge: captured[0].charge };
  }

  async #record({ id }: Charge, { outcome, networkCharge }: Exclude<Answer, { outcome: 'unknown' }>): Promise<void> {
    const { store, clock } = this.#parts;
    const step = await store.transact(async (tx) => {
      const charge = await tx.get(charges, id);
      if (charge === undefined || isSettled(charge)) return undefined;
      const [bill, subscription] = await Promise.all([
        tx.get(bills, charge.bill),
        tx.get(subscriptions, charge.account),
      ]);
      if (bill === undefined || subscription === undefined) return undefined;
      const { card: _, ...known } = charge;
      const nowMs = clock.now();
      const changes = (outcome === 'captured' ? billPaid : billRefused)({ subscription, bill, nowMs });
      write(tx, {
        ...changes,
        charge: { ...known, state: outcome, leaseUntilMs: 0, networkCharge },
        done: [charge.duty],
      });
      if (bill.kind !== 'renewal') return undefined;
      if (outcome === 'captured') return bill.refusals > 0 ? 'recovered' : undefined;
      return changes.bill?.state === 'refused' ? 'given-up' : 'refused';
    });
    if (step !== undefined) this.#dunning.inc({ step });
  }

  async #later({ id }: Charge): Promise<void> {
    const { store, clock } = this.#parts;
    await store.transact(async (tx) => {
      const charge = await tx.get(charges, id);
      if (charge === undefined || isSettled(charge)) return;
      const waitMs = Math.min(unknownMs.most, unknownMs.first * 2 ** Math.min(charge.unknowns, 20));
      const again = duty('settle', id, clock.now() + waitMs);
      const waiting = { ...charge, unknowns: charge.unknowns + 1, leaseUntilMs: 0, duty: again.id };
      write(tx, { charge: waiting, duties: [again], done: [charge.duty] });
    });
  }
}

const withNewKey = (charge: Charge): Charge => ({ ...charge, key: `${charge.key}.${randomUUID()}` });

export const isSettled = ({ state }: Charge): boolean => state === 'captured' || state === 'declined';
