import { Client, credentials } from '@grpc/grpc-js';
import CircuitBreaker from 'opossum';
import { pino } from 'pino';
import { systemClock } from '#base/clock.ts';
import { seededRng } from '#base/rng.ts';
import { catalog } from '#contracts/catalog.ts';
import { grpcClient } from '#kit/grpc/client.ts';
import { GrpcConnection } from '#kit/grpc/connection.ts';
import { loadMethods } from '#kit/grpc/proto.ts';
import { createMetrics } from '#kit/metrics.ts';
import { Callee } from '#kit/pipeline/callee.ts';
import { calleeReporter } from '#kit/pipeline/reporter.ts';
import { SwitchableGuards } from '#kit/resilience/guards.ts';
import { kill, startFixture } from '#kit/testing/processes.ts';
import { StaticEndpoints } from '#kit/testing/static-endpoints.ts';

/** Ways to make one unary call to a server in another process. */
export async function grpcContenders() {
  const { child, line } = await startFixture('catalog-server.ts', ['bench']);
  const port = Number(line);
  const { definition } = loadMethods(catalog).find(({ name }) => name === 'getTitle')!;
  const { path, requestSerialize, responseDeserialize } = definition;
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const bare = () =>
    new Promise((resolve, reject) =>
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, { id: 'a' }, (error, answer) =>
        error ? reject(error) : resolve(answer),
      ),
    );
  const breaker = new CircuitBreaker(bare);
  const reporter = calleeReporter({ callee: 'catalog', metrics: createMetrics(), log: pino({ enabled: false }) });
  const callee = new Callee<GrpcConnection>({
    name: 'catalog',
    place: 'us-east-1',
    endpoints: new StaticEndpoints('catalog', [{ id: 'one', port }]),
    connect: (endpoint) => new GrpcConnection(endpoint),
    guards: new SwitchableGuards(),
    clock: systemClock,
    rng: seededRng(1),
    reporter,
  });
  const kit = grpcClient({ contract: catalog, callee, reporter, clock: systemClock });
  return {
    contenders: [
      { what: 'bare', call: bare },
      { what: 'opossum', call: () => breaker.fire() },
      { what: 'kit', call: () => kit.getTitle({ id: 'a' }) },
    ],
    close: async () => {
      breaker.shutdown();
      client.close();
      callee.close();
      await kill(child);
    },
  };
}
