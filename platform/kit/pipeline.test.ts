/** The whole pipeline over real gRPC servers, one of which is killed. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, it } from 'node:test';
import { pino } from 'pino';
import { systemClock } from '#base/clock.ts';
import { seededRng } from '#base/rng.ts';
import { catalog } from '#contracts/catalog.ts';
import type { Client } from './context.ts';
import { grpcClient } from './grpc/client.ts';
import { GrpcConnection } from './grpc/connection.ts';
import { createMetrics } from './metrics.ts';
import { Callee } from './pipeline/callee.ts';
import { calleeReporter } from './pipeline/reporter.ts';
import { SwitchableGuards } from './resilience/guards.ts';
import { StaticEndpoints } from './testing/static-endpoints.ts';

interface Server {
  readonly port: number;
  readonly child: ChildProcess;
}

const cleanups: (() => void | Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function startServer(name: string, { port = 0, takesMs = 0 } = {}): Promise<Server> {
  const file = join(import.meta.dirname, 'testing/catalog-server.ts');
  const child = spawn(process.execPath, [file, name, String(port), String(takesMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanups.push(() => kill(child));
  const [line] = await once(createInterface({ input: child.stdout! }), 'line');
  return { port: Number(line), child };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function clientOf(ports: readonly number[]) {
  const endpoints = new StaticEndpoints(
    'catalog',
    ports.map((port, i) => ({ id: `pod-${i}`, port })),
  );
  const guards = new SwitchableGuards();
  const metrics = createMetrics();
  const reporter = calleeReporter({ callee: 'catalog', metrics, log: pino({ enabled: false }) });
  const callee = new Callee<GrpcConnection>({
    name: 'catalog',
    place: 'us-east-1',
    endpoints,
    connect: (endpoint) => new GrpcConnection(endpoint),
    guards,
    clock: systemClock,
    rng: seededRng(1),
    reporter,
  });
  cleanups.push(() => callee.close());
  const client = grpcClient({ contract: catalog, callee, reporter, clock: systemClock });
  return { client, guards, callee, endpoints, metrics };
}

/** Calls without pause until told to stop; what answered and what failed. */
function keepCalling(client: Client<typeof catalog.definition & {}>, { inParallel = 8 } = {}) {
  const state = { stopped: false, answered: new Map<string, number>(), failures: [] as unknown[] };
  const loop = async () => {
    while (!state.stopped) {
      try {
        const { title } = await client.getTitle({ id: 'a' });
        state.answered.set(title!.name, (state.answered.get(title!.name) ?? 0) + 1);
      } catch (failure) {
        state.failures.push(failure);
      }
    }
  };
  const loops = Promise.all(Array.from({ length: inParallel }, loop));
  return {
    ...state,
    total: () => [...state.answered.values()].reduce((sum, count) => sum + count, 0),
    stop: async () => {
      state.stopped = true;
      await loops;
    },
  };
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    assert.ok(Date.now() < deadline, `never: ${what}`);
    await systemClock.sleep(5);
  }
}

describe('the pipeline over gRPC', () => {
  it('gets no failed call through the death of one of two servers', async () => {
    const [one, two] = await Promise.all([startServer('one'), startServer('two')]);
    const { client, callee } = clientOf([one.port, two.port]);
    const calls = keepCalling(client);
    await until(() => calls.answered.size === 2, 'both servers answer');
    await kill(one.child);
    const before = calls.total();
    await until(() => calls.total() > before + 200, 'calls go on');
    await calls.stop();
    assert.deepEqual(calls.failures, []);
    assert.equal(callee.pool.ejectedCount, 1);
  });
});
