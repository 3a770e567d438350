import { randomUUID } from 'node:crypto';
import { backoffMs, type Clock } from '#base/clock.ts';
import { asFaultflixError } from '#base/errors.ts';
import type { Rng } from '#base/rng.ts';
import type { UsersDefinition } from '#contracts/generated/faultflix/users/v1/Users.ts';
import type { Client, ServiceContext } from '#kit/context.ts';
import type { Metrics } from '#kit/metrics.ts';
import type { Store, StoredEvent, Transaction } from '#platform/stores/store.ts';
import { done, type Pending, pending } from './collections.ts';
import type { Send } from './smtp.ts';
import { textOf } from './texts.ts';

export interface OutboxParts {
  readonly store: Store;
  readonly users: Pick<Client<UsersDefinition>, 'getAccount'>;
  readonly send: Send;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly metrics: Pick<Metrics, 'counter' | 'gauge'>;
  readonly log: Pick<ServiceContext['log'], 'warn'>;
}

export const outboxDefaults = {
  /** Longer than a try can take (asking users, and each of SMTP's steps): a claim that is older is of a pod that died. */
  claimMs: 90_000,
  retry: { firstMs: 1_000, maxMs: 300_000 },
  /** A new mail waits so long at most. */
  lookMs: 500,
  atOnce: 8,
  pageSize: 500,
} as const;

/** An event's mail is put down in the transaction of the consumer's position: none is lost, and none is put down twice. */
export async function putDown({ id, type, subject, data, atMs }: StoredEvent, tx: Transaction): Promise<void> {
  if ((await tx.get(done, id)) !== undefined || (await tx.get(pending, id)) !== undefined) return;
  const facts = typeof data === 'object' && data !== null && !Array.isArray(data) ? { ...data } : {};
  tx.put(pending, id, { type, account: subject, data: facts, atMs, failures: 0, dueAtMs: 0 });
}

/**
 * Sends what was put down. A try claims its mail in a transaction, sends it, and marks it after the server has taken it. A pod
 * that dies between the two leaves a claim that ends: the mail is sent again with the same Message-ID, and the receiver drops
 * it. The other rule, to mark first, would lose mails.
 */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #tried;
  readonly #waiting;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    const { metrics } = parts;
    this.#tried = metrics.counter({ name: 'mails_total', help: 'Tries to send a mail', labels: ['outcome'] });
    this.#waiting = metrics.gauge({ name: 'mails_waiting', help: 'Mails put down and not yet sent' });
  }

  /** Until the signal aborts; what is in hand is finished. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#parts;
    while (!signal.aborted) {
      try {
        await this.round(signal);
      } catch (err) {
        log.warn({ err }, 'mails wait: the store could not be asked');
      }
      await clock.sleep(outboxDefaults.lookMs, signal).catch(() => undefined);
    }
  }

  /** Tries everything that is due, once. */
  async round(signal?: AbortSignal): Promise<void> {
    const { store, clock } = this.#parts;
    let after: string | undefined;
    let waiting = 0;
    do {
      const page = await store.list(pending, { limit: outboxDefaults.pageSize, ...(after ? { after } : {}) });
      waiting += page.items.length;
      const due = page.items.filter(({ value }) => value.dueAtMs <= clock.now()).map(({ id }) => id);
      const worker = async () => {
        for (let id = due.shift(); id !== undefined && !signal?.aborted; id = due.shift()) await this.#try(id);
      };
      await Promise.all(Array.from({ length: outboxDefaults.atOnce }, worker));
      after = page.nextAfter;
    } while (after !== undefined && !signal?.aborted);
    this.#waiting.set(waiting);
  }

  async #try(id: string): Promise<void> {
    const { store, clock, log } = this.#parts;
    const claim = randomUUID();
    const mail = await store.transact(async (tx) => {
      const found = await tx.get(pending, id);
      if (found === undefined || found.dueAtMs > clock.now()) return undefined;
      tx.put(pending, id, { ...found, claim, dueAtMs: clock.now() + outboxDefaults.claimMs });
      return found;
    });
    if (mail === undefined) return;
    let outcome: 'sent' | 'no-recipient';
    try {
      outcome = await this.#deliver(id, mail);
    } catch (thrown) {
      const { code, message, received } = asFaultflixError(thrown);
      this.#tried.inc({ outcome: 'failed' });
      log.warn({ event: id, code, why: message, received, failures: mail.failures + 1 }, 'a mail waits');
      await this.#putBack(id, mail, claim);
      return;
    }
    this.#tried.inc({ outcome });
    const { type, account, failures } = mail;
    await store.transact(async (tx) => {
      tx.delete(pending, id);
      tx.put(done, id, { type, account, failures, outcome, atMs: clock.now() });
    });
  }

  async #deliver(id: string, { type, account, data, atMs }: Pending): Promise<'sent' | 'no-recipient'> {
    const { users, send } = this.#parts;
    const recipient = await users.getAccount({ id: account }).catch((thrown) => {
      if (asFaultflixError(thrown).code === 'not-found') return undefined;
      throw thrown;
    });
    const text = recipient && textOf({ type, name: recipient.name, data });
    if (recipient === undefined || text === undefined || !writable(recipient.mail)) return 'no-recipient';
    await send({ id, atMs, ...text, to: { name: recipient.name, address: recipient.mail } });
    return 'sent';
  }

  async #putBack(id: string, mail: Pending, claim: string): Promise<void> {
    const { store, clock, rng } = this.#parts;
    const waitMs = (0.5 + rng.next() / 2) * backoffMs(mail.failures, outboxDefaults.retry);
    await store.transact(async (tx) => {
      // Another replica may have it by now: then it is no longer ours to put back.
      if ((await tx.get(pending, id))?.claim !== claim) return;
      const { type, account, data, atMs, failures } = mail;
      tx.put(pending, id, { type, account, data, atMs, failures: failures + 1, dueAtMs: clock.now() + waitMs });
    });
  }
}

/** One address and nothing that a header or an envelope could be changed by. */
const writable = (address: string): boolean => /^[^\s<>,;:"()[\]\\@]+@[^\s<>,;:"()[\]\\@]+$/u.test(address);
