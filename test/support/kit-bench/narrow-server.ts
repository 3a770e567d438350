/**
 * A process that serves the catalog contract and can do only so much: 12 calls at a time, 40 ms each, the others wait in a
 * row. `argv`: guards that are off. Prints its port.
 */
import { pino } from 'pino';
import { systemClock } from '#base/clock.ts';
import { catalog } from '#contracts/catalog.ts';
import { Admission } from '#kit/admission.ts';
import { serve } from '#kit/context.ts';
import { faultSeam } from '#kit/fault-seam.ts';
import { grpcServer } from '#kit/grpc/server.ts';
import { createMetrics } from '#kit/metrics.ts';
import { SwitchableGuards } from '#kit/resilience/guards.ts';
import { namedCatalog } from '#kit/testing/named-catalog.ts';

const AT_ONCE = 12;
const TAKES_MS = 40;
const clock = systemClock;
const guards = new SwitchableGuards();
guards.set(Object.fromEntries(process.argv.slice(2).map((name) => [name, 'off'])));

let working = 0;
const waiting: (() => void)[] = [];
const server = await grpcServer({
  host: '127.0.0.1',
  port: 0,
  services: [
    serve(catalog, {
      ...namedCatalog('narrow'),
      getTitle: async ({ id }, { signal }) => {
        if (working >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
        working += 1;
        try {
          // Nobody waits for it any more: its turn is over at once.
          if (!signal.aborted) await clock.sleep(TAKES_MS);
          return { title: { id } };
        } finally {
          working -= 1;
          waiting.shift()?.();
        }
      },
    }),
  ],
  admission: new Admission({ guards, clock, metrics: createMetrics() }),
  seam: faultSeam({ enabled: false, clock }),
  clock,
  log: pino({ enabled: false }),
});
process.on('SIGTERM', () => void server.close(100).then(() => process.exit(0)));
console.log(server.port);
