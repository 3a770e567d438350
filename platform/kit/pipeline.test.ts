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
  cleanups.push(() => {
    state.stopped = true;
  });
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

  it('with retries off, the same death is seen', async () => {
    const [one, two] = await Promise.all([startServer('one', { takesMs: 20 }), startServer('two', { takesMs: 20 })]);
    const { client, guards } = clientOf([one.port, two.port]);
    guards.set({ retries: 'off' });
    const calls = keepCalling(client, { inParallel: 32 });
    await until(() => calls.answered.size === 2, 'both servers answer');
    await kill(one.child);
    await until(() => calls.failures.length > 0, 'failures');
    await calls.stop();
  });

  it('gets no failed call through the gentle end of a server, also without retries', async () => {
    const [one, two] = await Promise.all([startServer('one', { takesMs: 5 }), startServer('two', { takesMs: 5 })]);
    const { client, guards, endpoints } = clientOf([one.port, two.port]);
    guards.set({ retries: 'off' });
    const calls = keepCalling(client);
    await until(() => calls.answered.size === 2, 'both servers answer');
    endpoints.set([{ id: 'pod-1', port: two.port }]); // what a terminating pod does to its EndpointSlice
    assert.equal(await kill(one.child, 'SIGTERM'), 0);
    await calls.stop();
    assert.deepEqual(calls.failures, []);
  });

  it('comes back to a server that is born again at the same address', async () => {
    const [one, two] = await Promise.all([startServer('one'), startServer('two')]);
    const { client, callee } = clientOf([one.port, two.port]);
    const calls = keepCalling(client, { inParallel: 2 });
    await until(() => calls.answered.size === 2, 'both servers answer');
    await kill(one.child);
    await until(() => callee.pool.ejectedCount === 1, 'ejected');
    await startServer('reborn', { port: one.port });
    await until(() => calls.answered.has('reborn'), 'the new server answers');
    await calls.stop();
    assert.deepEqual(calls.failures, []);
    assert.equal(callee.pool.ejectedCount, 0);
  });

  it('gets no failed call through a server that takes requests and answers none', async () => {
    const [one, two] = await Promise.all([startServer('one'), startServer('two')]);
    const { client } = clientOf([one.port, two.port]);
    const calls = keepCalling(client);
    await until(() => calls.answered.size === 2, 'both servers answer');
    one.child.kill('SIGSTOP');
    const before = calls.total();
    await until(() => calls.total() > before + 200, 'calls go on');
    await calls.stop();
    one.child.kill('SIGCONT');
    assert.deepEqual(calls.failures, []);
  });

  it('brings the error of a handler over as it is', async () => {
    const one = await startServer('one');
    const { client } = clientOf([one.port]);
    await assert.rejects(client.getTitle({ id: 'missing' }), {
      name: 'FaultflixError',
      code: 'not-found',
      message: 'no such title',
      received: 'missing',
    });
    await assert.rejects(client.getTitle({ id: 'bug' }), { code: 'internal', message: 'a bug' });
    const passedOn = { code: 'unavailable', kind: 'answer', relayed: true };
    await assert.rejects(client.getTitle({ id: 'relayed' }), passedOn);
  });

  it('ends a call at its deadline, and one whose caller left', async () => {
    const one = await startServer('one', { takesMs: 60_000 });
    const { client } = clientOf([one.port]);
    await assert.rejects(client.getTitle({ id: 'a' }, { timeoutMs: 100 }), { code: 'deadline-exceeded' });
    const leaving = new AbortController();
    const call = client.getTitle({ id: 'a' }, { signal: leaving.signal, timeoutMs: 30_000 });
    setImmediate(() => leaving.abort());
    await assert.rejects(call, { code: 'cancelled' });
  });

  it('lets a call that is out end before it closes the channel of an endpoint that is gone', async () => {
    const [one, two] = await Promise.all([startServer('one', { takesMs: 300 }), startServer('two', { takesMs: 300 })]);
    const { client, endpoints } = clientOf([one.port, two.port]);
    const connected = new Set<string>();
    for (let i = 0; i < 20 && connected.size < 2; i++) connected.add((await client.getTitle({ id: 'a' })).title!.name);
    const calls = Array.from({ length: 10 }, () => client.getTitle({ id: 'a' }));
    endpoints.set([]);
    const names = new Set((await Promise.all(calls)).map(({ title }) => title!.name));
    assert.equal(names.size, 2);
  });
});
