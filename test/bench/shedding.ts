/** What players get while prefetching grows far beyond what a server can do. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { systemClock } from '#base/clock.ts';
import { seededRng } from '#base/rng.ts';
import { catalog } from '#contracts/catalog.ts';
import { grpcClient } from '#kit/grpc/client.ts';
import { GrpcConnection } from '#kit/grpc/connection.ts';
import { createMetrics } from '#kit/metrics.ts';
import { Callee } from '#kit/pipeline/callee.ts';
import { calleeReporter } from '#kit/pipeline/reporter.ts';
import { type GuardName, SwitchableGuards } from '#kit/resilience/guards.ts';
import { kill } from '#kit/testing/processes.ts';
import { StaticEndpoints } from '#kit/testing/static-endpoints.ts';
import type { Bench, Row } from './bench.ts';

const PLAYS = 60;
const PREFETCHES = 40;
const TIMES = [1, 2, 4, 6, 8, 10, 12] as const;
/** What the server is used to, then the storm, of which all but the first moments count. */
const CALM_SECONDS = 4;
const SETTLE_SECONDS = 3;
const SECONDS = 6;

export const bench: Bench = {
  title: 'Priority shedding: plays served while prefetching grows',
  method:
    'One server that can do 300 calls a second (12 at a time, 40 ms each) behind the kit’s door, in a process of its own. ' +
    `${PLAYS} plays a second, and ${PREFETCHES} prefetches a second times 1 to 12: from × 6 on that is more than it can do. Share of the plays that were ` +
    'answered within their 2 s, with the guards on, without priorities, and without a limit; 4 s of calm (× 1) come before.',
  async run({ runs, progress }) {
    const rows: Row[] = [];
    const contenders: ReadonlyArray<readonly [string, readonly GuardName[]]> = [
      ['guards on', []],
      ['priority-shedding off', ['priority-shedding']],
      ['concurrency-limit off', ['concurrency-limit']],
    ];
    for (const [what, off] of contenders) {
      for (const times of TIMES) {
        const samples: number[] = [];
        for (let run = 0; run < runs; run++) samples.push(100 * (await playsServed(times, off)));
        progress(`${what}, × ${times}: ${samples.map((each) => each.toFixed(1)).join(', ')} %`);
        const goal = off.length === 0 && times === 12 ? { goal: { atLeast: 99.4 } } : {};
        rows.push({ what: `${what}, prefetch × ${times}`, unit: '% of plays', samples, ...goal });
      }
    }
    return rows;
  },
};

async function playsServed(times: number, off: readonly GuardName[]): Promise<number> {
  const server = join(import.meta.dirname, '..', 'support', 'kit-bench', 'narrow-server.ts');
  const child = spawn(process.execPath, [server, ...off], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const reporter = calleeReporter({ callee: 'catalog', metrics: createMetrics(), log: pino({ enabled: false }) });
  const guards = new SwitchableGuards();
  // One pod alone: it is its door that is measured, not where its callers would go instead.
  guards.set({ breaker: 'off', 'outlier-ejection': 'off', retries: 'off', hedging: 'off', bulkhead: 'off' });
  const callee = new Callee<GrpcConnection>({
    name: 'catalog',
    place: 'us-east-1',
    endpoints: new StaticEndpoints('catalog', [{ id: 'one', port: Number(port) }]),
    connect: (endpoint) => new GrpcConnection(endpoint),
    guards,
    clock: systemClock,
    rng: seededRng(1),
    reporter,
  });
  const client = grpcClient({ contract: catalog, callee, reporter, clock: systemClock });
  const plays = { made: 0, served: 0 };
  const calls: Promise<unknown>[] = [];
  const startedMs = performance.now();
  const made = { plays: 0, prefetches: 0 };
  try {
    for (;;) {
      const seconds = (performance.now() - startedMs) / 1_000;
      if (seconds > CALM_SECONDS + SETTLE_SECONDS + SECONDS) break;
      const counted = seconds > CALM_SECONDS + SETTLE_SECONDS;
      for (; made.plays < seconds * PLAYS; made.plays++) {
        if (counted) plays.made += 1;
        const served = () => void (counted && plays.served++);
        calls.push(client.getTitle({ id: 'p' }, { priority: 'playing' }).then(served, () => undefined));
      }
      const prefetches = PREFETCHES * (seconds + (times - 1) * Math.max(0, seconds - CALM_SECONDS));
      for (; made.prefetches < prefetches; made.prefetches++)
        calls.push(client.getTitle({ id: 'x' }, { priority: 'prefetch' }).catch(() => undefined));
      await sleep(5);
    }
    await Promise.all(calls);
    return plays.served / plays.made;
  } finally {
    callee.close();
    await kill(child);
  }
}
