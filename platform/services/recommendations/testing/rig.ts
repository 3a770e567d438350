/** Replicas of the service over real gRPC on one store, which a test can take away. */
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { pino } from 'pino';
import { systemClock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { recommendations } from '#contracts/recommendations.ts';
import { Admission } from '#kit/admission.ts';
import { faultSeam } from '#kit/fault-seam.ts';
import { loadMethods } from '#kit/grpc/proto.ts';
import { grpcServer } from '#kit/grpc/server.ts';
import { toFailure } from '#kit/grpc/status.ts';
import { createMetrics } from '#kit/metrics.ts';
import { SwitchableGuards } from '#kit/resilience/guards.ts';
import { serve } from '#kit/service.ts';
import type { Store } from '#platform/stores/store.ts';
import { memoryStore } from '#platform/stores/testing.ts';
import { recommendationsHandlers } from '../handlers.ts';
import { RecentEvents } from '../recents.ts';
import type { Taste } from '../taste.ts';

export interface Row {
  readonly kind: string;
  readonly about: string;
  readonly titleIds: readonly string[];
}

export interface Replica {
  /** Rejects with the `FaultflixError` that a caller of ours would see. */
  call(method: 'home', request: object): Promise<{ readonly rows: readonly Row[]; readonly degraded: boolean }>;
  call(method: 'similar', request: object): Promise<{ readonly titleIds: readonly string[] }>;
  call(method: 'record', request: object): Promise<object>;
  readonly recent: RecentEvents;
  stop(): Promise<void>;
}

export interface BreakableStore extends Store {
  /** While set, whatever is asked is `unavailable`. */
  out: boolean;
}

export function breakableStore(): BreakableStore {
  const real = memoryStore({ service: 'recommendations' });
  const asked = <T>(ask: () => Promise<T>): Promise<T> =>
    store.out ? Promise.reject(new FaultflixError('unavailable', 'the store is out')) : ask();
  const store: BreakableStore = {
    out: false,
    get: (collection, id) => asked(() => real.get(collection, id)),
    list: (collection, query) => asked(() => real.list(collection, query)),
    transact: (body) => asked(() => real.transact(body)),
    consume: (options) => real.consume(options),
    close: () => real.close(),
  };
  return store;
}

export async function startReplica(taste: Taste, store: Store): Promise<Replica> {
  const [clock, metrics, log] = [systemClock, createMetrics(), pino({ enabled: false })];
  const recent = new RecentEvents({ store, clock });
  const server = await grpcServer({
    ...{ host: '127.0.0.1', port: 0, clock, log },
    services: [serve(recommendations, recommendationsHandlers({ taste, recent, metrics }))],
    admission: new Admission({ guards: new SwitchableGuards(), clock, metrics }),
    seam: faultSeam({ enabled: false, clock }),
  });
  const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure());
  const methods = loadMethods(recommendations);
  return {
    recent,
    call: (method: string, request: object) => {
      const { path, requestSerialize, responseDeserialize } = methods.find(({ name }) => name === method)!.definition;
      const options = { deadline: Date.now() + 30_000 };
      return new Promise<never>((resolve, reject) => {
        client.makeUnaryRequest(
          path,
          requestSerialize,
          responseDeserialize,
          request,
          new Metadata(),
          options,
          (error, got) => {
            if (error) reject(toFailure(error, { where: method, cancelled: false }));
            else resolve(got as never);
          },
        );
      });
    },
    stop: async () => {
      client.close();
      await server.close(100);
    },
  };
}
