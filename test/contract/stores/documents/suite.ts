import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { type Clock, systemClock } from '#base/clock.ts';
import { seededRng } from '#base/rng.ts';
import { DocumentStore } from '#platform/stores/document-store.ts';
import type { Engine } from '#platform/stores/engine.ts';
import { KeyRing } from '#platform/stores/key-ring.ts';
import type { Store } from '#platform/stores/store.ts';

/** What every engine is held to, through the store that services see. A case rejects when the engine fails it. */
export interface Case {
  readonly name: string;
  readonly run: (bench: Bench) => Promise<void>;
}

/** One engine under trial; each case keeps to a service of its own, so that cases do not see each other's rows. */
export interface Bench {
  /** A client of its own of the same data. */
  engine(): Engine;
  readonly clock: Clock;
}

export const ringOf = (current: string, keys: Readonly<Record<string, Buffer>>): KeyRing =>
  new KeyRing(
    JSON.stringify({
      current,
      keys: Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, key.toString('base64')])),
    }),
  );

export const someRing = (): KeyRing => ringOf('k1', { k1: randomBytes(32) });

/** A replica of a service: its own client of the engine. */
export function replica(bench: Bench, service: string, ring: KeyRing = someRing(), engine = bench.engine()): Store {
  return new DocumentStore({ engine, service, ring, clock: bench.clock, rng: seededRng(service) });
}

export const freshService = (): string => `t-${randomUUID().slice(0, 13)}`;

/** Polls where the outside offers no event. */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>, withinMs = 20_000) {
  const untilMs = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > untilMs) assert.fail(`not within ${withinMs} ms: ${what}`);
    await systemClock.sleep(10);
  }
}
