/** Three services in a row, two pods each, over real gRPC: each calls the next through the kit, the last one fails. */
import { pino } from 'pino';
import { systemClock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { seededRng } from '#base/rng.ts';
import { catalog } from '#contracts/catalog.ts';
import type { CatalogDefinition } from '#contracts/generated/faultflix/catalog/v1/Catalog.ts';
import { Admission } from '#kit/admission.ts';
import { type Client, type Handlers, serve } from '#kit/context.ts';
import { faultSeam } from '#kit/fault-seam.ts';
import { grpcClient } from '#kit/grpc/client.ts';
import { GrpcConnection } from '#kit/grpc/connection.ts';
import { grpcServer } from '#kit/grpc/server.ts';
import { createMetrics } from '#kit/metrics.ts';
import { Callee } from '#kit/pipeline/callee.ts';
import { calleeReporter } from '#kit/pipeline/reporter.ts';
import { type GuardName, SwitchableGuards } from '#kit/resilience/guards.ts';
import { StaticEndpoints } from '#kit/testing/static-endpoints.ts';

const LEVELS = 3;
const PODS = 2;
const log = pino({ enabled: false });

export interface CallTree {
  call(): Promise<unknown>;
  /** From now on the last service answers `unavailable`. */
  fail(): void;
  /** Calls that came to the last service's pods since `fail`. */
  arrived(): number;
  close(): Promise<void>;
}

export async function callTree(off: readonly GuardName[]): Promise<CallTree> {
  const guards = new SwitchableGuards();
  guards.set(Object.fromEntries(off.map((name) => [name, 'off'])));
  const state = { failing: false, arrived: 0 };
  const closing: (() => void | Promise<void>)[] = [];

  const clientOf = (level: number, ports: readonly number[]): Client<CatalogDefinition> => {
    const name = `level-${level}`;
    const metrics = createMetrics();
    const reporter = calleeReporter({ callee: name, metrics, log });
    const callee = new Callee<GrpcConnection>({
      name,
      place: 'us-east-1',
      endpoints: new StaticEndpoints(
        name,
        ports.map((port) => ({ id: `${name}-${port}`, port })),
      ),
      connect: (endpoint) => new GrpcConnection(endpoint),
      guards,
      clock: systemClock,
      rng: seededRng(level),
      reporter,
    });
    closing.unshift(() => callee.close());
    return grpcClient({ contract: catalog, callee, reporter, clock: systemClock });
  };

  /** A pod: what it answers, behind the kit's door. */
  const pod = async (getTitle: Handlers<CatalogDefinition>['getTitle']): Promise<number> => {
    const none = () => ({});
    const handlers = { getTitle, listTitles: none, getTitles: none, search: none, listGenres: none, getArtwork: none };
    const server = await grpcServer({
      host: '127.0.0.1',
      port: 0,
      services: [serve(catalog, handlers)],
      admission: new Admission({ guards, clock: systemClock, metrics: createMetrics() }),
      seam: faultSeam({ enabled: false, clock: systemClock }),
      clock: systemClock,
      log,
    });
    closing.unshift(() => server.close(1_000));
    return server.port;
  };

  const last = () => {
    if (!state.failing) return { title: { id: 'a' } };
    state.arrived += 1;
    throw new FaultflixError('unavailable', 'the store is out');
  };
  let ports = await Promise.all(Array.from({ length: PODS }, () => pod(last)));
  for (let level = LEVELS - 1; level >= 1; level--) {
    const below = ports;
    ports = await Promise.all(
      // Each pod is a caller of its own, with its own budget, breaker and ejections.
      Array.from({ length: PODS }, () => {
        const next = clientOf(level + 1, below);
        return pod(({ id }) => next.getTitle({ id }));
      }),
    );
  }
  const front = clientOf(1, ports);
  return {
    call: () => front.getTitle({ id: 'a' }),
    fail: () => {
      state.failing = true;
    },
    arrived: () => state.arrived,
    close: async () => {
      for (const close of closing) await close();
    },
  };
}
