/**
 * The edge as it runs in a pod (the kit's HTTPS server and its door, caches, fill), but without a cluster: for
 * test/bench/edge.ts. Arguments: certificate, key, folder of the disk cache, port of the origin. Prints the port; ends
 * when its stdin does; see `profile.ts`.
 */
import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { systemClock } from '#base/clock.ts';
import { seededRng } from '#base/rng.ts';
import { Admission } from '#kit/admission.ts';
import { Callees } from '#kit/callees.ts';
import { httpsServer } from '#kit/http/server.ts';
import { createMetrics } from '#kit/metrics.ts';
import { SwitchableGuards } from '#kit/resilience/guards.ts';
import { StaticEndpoints } from '#kit/testing/static-endpoints.ts';
import { edge } from '#platform/services/edge/edge.ts';
import { profileOnDemand } from './profile.ts';

const [certFile, keyFile, folder, originPort] = process.argv.slice(2);
const [cert, tlsKey] = [readFileSync(certFile!, 'utf8'), readFileSync(keyFile!, 'utf8')];
const metrics = createMetrics();
const log = pino({ level: 'error' }, pino.destination(2));
const clock = systemClock;
const guards = new SwitchableGuards();
const identity = {
  service: 'edge',
  region: 'us-east-1',
  pod: 'e',
  podUid: 'e',
  podIp: '127.0.0.1',
  node: 'n',
} as const;
const lists: Record<string, StaticEndpoints> = {
  edge: new StaticEndpoints('edge', []),
  origin: new StaticEndpoints('origin', [{ id: 'o', port: Number(originPort) }]),
};
const endpoints = (service: string) => lists[service]!;
const ca = () => cert;
const callees = new Callees({
  ...{ identity, metrics, log, guards, clock, rng: seededRng(1), trust: ca() },
  directory: { endpoints } as never,
});
const ending = new AbortController();
const server = await httpsServer({
  service: 'edge',
  host: '127.0.0.1',
  port: 0,
  leaf: { cert, key: tlsKey },
  routes: (app) =>
    void edge(app, {
      ...{ identity, metrics, clock, log, trust: ca, endpoints, folder: folder!, ending: ending.signal },
      env: { FAULTFLIX_FILL_WINDOW: 'never' },
      key: Buffer.alloc(32, 1),
      https: (service) => callees.https(service),
      onShutdown: () => undefined,
    }),
  admission: new Admission({ guards, clock, metrics }),
  seam: { before: () => undefined },
  clock,
  log,
});
process.stdout.write(`${server.port}\n`);
profileOnDemand();
process.stdin.on('end', () => {
  ending.abort();
  callees.close();
  void server.close(0);
});
