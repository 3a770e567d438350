import { randomUUID } from 'node:crypto';
import { backoffMs, type Clock } from '#base/clock.ts';
import type { Rng } from '#base/rng.ts';
import type { DocumentTransaction } from './document-transaction.ts';
import type { Engine, Row } from './engine.ts';
import type { Keys } from './keys.ts';
import { Lease, leaseDefaults } from './lease.ts';
import type { ConsumeOptions, StoredEvent } from './store.ts';

export interface ConsumerLog {
  warn(what: object, message: string): void;
}

export interface ConsumerParts {
  readonly engine: Engine;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log?: ConsumerLog | undefined;
  begin(): DocumentTransaction;
}

export const consumerDefaults = {
  /** Between two tries at an event that its handler refused, or at a store that cannot be asked. */
  backoff: { firstMs: 100, maxMs: 5_000 },
} as const;

/** How far the group has come: events of one transaction share its revision. */
interface Position {
  readonly revision: number;
  readonly key: string;
}

/**
 * Handles events while this replica holds the group's lease. The lease only keeps replicas out of each other's way: that
 * each event counts once follows from the position, which is read and written in the transaction of the handler's effects.
 */
export async function consume(options: ConsumeOptions, parts: ConsumerParts): Promise<void> {
  const { signal, consumer } = options;
  const { clock, rng, engine, keys, log } = parts;
  const lease = new Lease({ engine, clock, key: keys.lease(consumer), owner: randomUUID() });
  let failures = 0;
  const pause = async (ms: number) => {
    await clock.sleep(ms, signal).catch(() => undefined);
  };
  while (!signal.aborted) {
    try {
      const held = await lease.take(signal);
      if (held === undefined) {
        await pause(leaseDefaults.lookMs * (0.5 + rng.next()));
        continue;
      }
      try {
        await follow(options, parts, { held, progressed: () => (failures = 0) });
      } finally {
        await lease.release();
      }
    } catch (err) {
      log?.warn({ err, consumer }, 'events wait: they could not be handled');
      await pause((0.5 + rng.next() / 2) * backoffMs(failures++, consumerDefaults.backoff));
    }
  }
}

/** Handles one event after the other until the lease is lost. */
async function follow(
  { consumer, types, handle }: ConsumeOptions,
  { engine, keys, begin }: ConsumerParts,
  { held, progressed }: { readonly held: AbortSignal; readonly progressed: () => void },
): Promise<void> {
  const positionKey = keys.position(consumer);
  const start = positionOf(await engine.get(positionKey));
  // From the transaction of the last event that was handled: others of its events may be left.
  for await (const row of engine.changes({ prefix: keys.events, afterRevision: start.revision - 1, signal: held })) {
    const event = JSON.parse(Buffer.from(row.value).toString('utf8')) as StoredEvent;
    if (!isAfter(row, start) || !types.includes(event.type)) continue;
    for (let done = false; !done; ) {
      if (held.aborted) return;
      const tx = begin();
      const position = positionOf(await tx.read(positionKey));
      if (!isAfter(row, position)) break; // another replica was here
      await handle(event, tx);
      if (held.aborted) return;
      const next: Position = { revision: row.revision, key: row.key };
      tx.write({ key: positionKey, value: Buffer.from(JSON.stringify(next)) });
      done = await tx.commit();
    }
    progressed();
  }
}

function positionOf(row: Row | undefined): Position {
  return row === undefined ? { revision: 0, key: '' } : JSON.parse(Buffer.from(row.value).toString('utf8'));
}

function isAfter(row: Row, { revision, key }: Position): boolean {
  return row.revision > revision || (row.revision === revision && row.key > key);
}
