/** How many calls reach a service that fails, for each one that was made at the top of the call tree. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { GuardName } from '#kit/resilience/guards.ts';
import { callTree } from '#test/support/kit-bench/call-tree.ts';
import type { Bench, Row } from './bench.ts';

const RATE = 200;
const SECONDS = 8;
const TICK_MS = 10;

const contenders: ReadonlyArray<readonly [what: string, off: readonly GuardName[], goal?: Row['goal']]> = [
  ['every guard on', [], { atMost: 1.2 }],
  ['breaker and ejection off', ['breaker', 'outlier-ejection']],
  ['breaker, ejection and retry budget off', ['breaker', 'outlier-ejection', 'retry-budget']],
  ['retries off', ['retries', 'hedging']],
];

export const bench: Bench = {
  title: 'Retry amplification of a call tree',
  method:
    'Three services in a row, two pods each, over real gRPC; every pod calls the next service through the kit with its own ' +
    `budget and breaker. ${RATE} calls a second are made at the top for ${SECONDS} s, while both pods of the last service answer ` +
    '`unavailable`: calls that arrive there, for each call that was made. Every retry goes to the other pod, so 2 × 2 × 2 is the most ' +
    'that this tree can come to.',
  async run({ runs, progress }) {
    const samples = contenders.map((): number[] => []);
    for (let run = 0; run < runs; run++) {
      for (const [i, [what, off]] of contenders.entries()) {
        samples[i]!.push(await amplification(off));
        progress(`run ${run + 1} of ${runs}: ${what}`);
      }
    }
    return contenders.map(([what, , goal], i) => ({
      what,
      unit: 'calls a call',
      samples: samples[i]!,
      ...(goal ? { goal } : {}),
    }));
  },
};

async function amplification(off: readonly GuardName[]): Promise<number> {
  const tree = await callTree(off);
  try {
    for (let i = 0; i < 50; i++) await tree.call();
    tree.fail();
    const calls: Promise<unknown>[] = [];
    const startedMs = performance.now();
    while (calls.length < RATE * SECONDS) {
      const due = Math.min(RATE * SECONDS, Math.floor(((performance.now() - startedMs) / 1_000) * RATE));
      while (calls.length < due) calls.push(tree.call().catch(() => undefined));
      await sleep(TICK_MS);
    }
    await Promise.all(calls);
    return tree.arrived() / calls.length;
  } finally {
    await tree.close();
  }
}
