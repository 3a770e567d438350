/**
 * The edge as it runs in a pod (the kit's HTTPS server and its door, the edge's routes), but without a cluster: for
 * test/bench/edge.ts. Arguments: folder of titles, certificate, key. Prints the port; ends when its stdin does.
 */
import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { systemClock } from '#base/clock.ts';
import { Admission } from '#kit/admission.ts';
import { httpsServer } from '#kit/http/server.ts';
import { createMetrics } from '#kit/metrics.ts';
import { SwitchableGuards } from '#kit/resilience/guards.ts';
import { Media } from '#platform/services/edge/media.ts';
import { routes } from '#platform/services/edge/routes.ts';

const [root, cert, key] = process.argv.slice(2);
const metrics = createMetrics();
const log = pino({ level: 'error' }, pino.destination(2));
const clock = systemClock;
const server = await httpsServer({
  service: 'edge',
  host: '127.0.0.1',
  port: 0,
  leaf: { cert: readFileSync(cert!, 'utf8'), key: readFileSync(key!, 'utf8') },
  routes: (app) => {
    const media = new Media({ root: root!, cacheBytes: 48 * 1_048_576, largestCachedBytes: 8 * 1_048_576 });
    routes(app, { media, key: Buffer.alloc(32, 1), clock, metrics, log });
  },
  admission: new Admission({ guards: new SwitchableGuards(), clock, metrics }),
  seam: { before: () => undefined },
  clock,
  log,
});
process.stdout.write(`${server.port}\n`);
process.stdin.resume().on('end', () => void server.close(0));
