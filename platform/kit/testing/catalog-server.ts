/**
 * A process that serves the catalog contract, for tests that kill it: prints its port, answers each title with its own
 * name. `argv`: name, port (0 for any), milliseconds that each call takes.
 */
import { pino } from 'pino';
import { systemClock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { catalog } from '#contracts/catalog.ts';
import { Admission } from '../admission.ts';
import { serve } from '../context.ts';
import { faultSeam } from '../fault-seam.ts';
import { grpcServer } from '../grpc/server.ts';
import { createMetrics } from '../metrics.ts';
import { CallFailure } from '../resilience/call-failure.ts';
import { SwitchableGuards } from '../resilience/guards.ts';
import { namedCatalog } from './named-catalog.ts';

const [name = 'one', port = '0', takesMs = '0'] = process.argv.slice(2);
const clock = systemClock;

const server = await grpcServer({
  host: '127.0.0.1',
  port: Number(port),
  services: [
    serve(catalog, {
      ...namedCatalog(name),
      getTitle: async ({ id }) => {
        if (id === 'missing') throw new FaultflixError('not-found', 'no such title', { received: id });
        if (id === 'relayed') throw new CallFailure('mine failed', { kind: 'lost', code: 'unavailable' });
        if (id === 'bug') throw new TypeError('a bug');
        if (Number(takesMs) > 0) await clock.sleep(Number(takesMs));
        return { title: { id, name } };
      },
    }),
  ],
  admission: new Admission({ guards: new SwitchableGuards(), clock, metrics: createMetrics() }),
  seam: faultSeam({ enabled: false, clock }),
  clock,
  log: pino({ enabled: false }),
});
process.on('SIGTERM', () => void server.close(2_000).then(() => process.exit(0)));
console.log(server.port);
