/**
 * The card network's own routes and file behind the kit's HTTPS server, without a cluster around it: prints its port.
 * `argv`: the file of charges. `ISSUER`: JSON of the authority that signs its leaf.
 */
import { pino } from 'pino';
import { systemClock } from '#base/clock.ts';
import { Admission } from '#kit/admission.ts';
import { faultSeam } from '#kit/fault-seam.ts';
import { httpsServer } from '#kit/http/server.ts';
import { createMetrics } from '#kit/metrics.ts';
import { SwitchableGuards } from '#kit/resilience/guards.ts';
import { signLeaf } from '#kit/sign-leaf.ts';
import type { Authority } from '#kit/testing/certificates.ts';
import { Charges } from '../charges.ts';
import { Journal } from '../journal.ts';
import { cardNetworkRoutes } from '../routes.ts';

const issuer = JSON.parse(process.env.ISSUER!) as Authority;
const clock = systemClock;
const metrics = createMetrics();
const guards = new SwitchableGuards();
const { journal, entries } = await Journal.open(process.argv[2]!);
const charges = new Charges({ clock, append: (entry) => journal.append(entry) }, entries);
const names = ['127.0.0.1'];
const { cert: issuerCert, key: issuerKey } = issuer;
const server = await httpsServer({
  service: 'card-network',
  host: '127.0.0.1',
  port: 0,
  leaf: await signLeaf({ issuerCert, issuerKey, commonName: 'card-network', names, nowMs: clock.now() }),
  routes: (app) => cardNetworkRoutes(app, { charges, clock, metrics }),
  admission: new Admission({ guards, clock, metrics }),
  seam: faultSeam({ enabled: false, clock }),
  clock,
  log: pino({ enabled: false }),
});
console.log(server.port);
