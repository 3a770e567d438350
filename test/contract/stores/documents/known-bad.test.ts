import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '#base/clock.ts';
import type { Changes, Commit, Engine, Row } from '#platform/stores/engine.ts';
import { MemoryEngine } from '#platform/stores/engines/memory.ts';
import { events } from './events.ts';
import { readsAndWrites } from './reads-and-writes.ts';
import type { Case } from './suite.ts';

/** Engines that are wrong in one way each: the suite must say so. */
class LosesAWrite extends MemoryEngine {
  #commits = 0;
  override async commit(commit: Commit): Promise<boolean> {
    return ++this.#commits % 7 === 0 ? true : super.commit(commit);
  }
}

class IgnoresConditions extends MemoryEngine {
  override commit({ writes }: Commit): Promise<boolean> {
    return super.commit({ conditions: [], writes });
  }
}

/** Each event of a commit comes again as if it were a later one, and the position's condition is not looked at. */
class DeliversTwice extends IgnoresConditions {
  override async *changes(changes: Changes): AsyncIterable<Row> {
    for await (const row of super.changes(changes)) {
      yield row;
      yield { ...row, key: `${row.key}~` };
    }
  }
}

async function failures(cases: readonly Case[], make: () => Engine): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { name, run } of cases) {
    const engine = make();
    await run({ engine: () => engine, clock: systemClock }).catch(() => failed.push(name));
  }
  return failed;
}

const clock = systemClock;
const quick = readsAndWrites.filter(({ name }) => !name.includes('time to live'));

describe('the suite rejects', () => {
  it('an engine that loses a write that it acknowledged', async () => {
    assert.ok((await failures(quick.slice(0, 2), () => new LosesAWrite({ clock }))).length > 0);
  });

  it('an engine that ignores conditions', async () => {
    const failed = await failures(quick.slice(4, 6), () => new IgnoresConditions({ clock }));
    assert.deepEqual(
      failed.map((name) => name.split(/[ :]/)[0]),
      ['replicas', 'write'],
    );
  });

  it('an engine that delivers an event twice', async () => {
    assert.equal((await failures(events.slice(0, 1), () => new DeliversTwice({ clock }))).length, 1);
  });
});
