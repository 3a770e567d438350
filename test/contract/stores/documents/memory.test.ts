import { describe, it } from 'node:test';
import { systemClock } from '#base/clock.ts';
import type { Engine } from '#platform/stores/engine.ts';
import { MemoryEngine } from '#platform/stores/engines/memory.ts';
import { atRest } from './at-rest.ts';
import { events } from './events.ts';
import { readsAndWrites } from './reads-and-writes.ts';

describe('the store on memory', () => {
  for (const { name, run } of [...readsAndWrites, ...atRest, ...events])
    it(name, async () => {
      const shared: Engine = new MemoryEngine({ clock: systemClock });
      await run({ engine: () => shared, clock: systemClock });
    });
});
