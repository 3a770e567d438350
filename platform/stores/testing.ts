import { type Clock, systemClock } from '#base/clock.ts';
import { seededRng } from '#base/rng.ts';
import { DocumentStore } from './document-store.ts';
import { MemoryEngine } from './engines/memory.ts';
import { passingKeys } from './passing-keys.ts';
import type { Store } from './store.ts';

/** A store for a service's unit tests: one process's memory, empty. */
export function memoryStore({ service, clock = systemClock }: { service: string; clock?: Clock }): Store {
  const engine = new MemoryEngine({ clock });
  return new DocumentStore({ engine, service, ring: passingKeys(), clock, rng: seededRng(1) });
}
