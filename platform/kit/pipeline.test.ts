/** The whole pipeline over real gRPC servers, one of which is killed. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
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
import { kill, startFixture, until } from './testing/processes.ts';
import { StaticEndpoints } from './testing/static-endpoints.ts';

interface Server {
  readonly port: number;
  readonly child: ChildProcess;
}

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function startServer(name: string, { port = 0, takesMs = 0 } = {}): Promise<Server> {
  const { child, line } = await startFixture('catalog-server.ts', [name, String(port), String(takesMs)]);
  cleanups.push(() => kill(child));
  return { port: Number(line), child };
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
