/**
 * A process that serves HTTPS with the kit's server, for tests that kill it: prints its port. `argv`: name, and in the
 * environment `ISSUER`: JSON of the authority that signs its leaf.
 */
import { pino } from 'pino';
import { systemClock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { Admission } from '../admission.ts';
import { faultSeam } from '../fault-seam.ts';
import { httpsServer } from '../http/server.ts';
import { createMetrics } from '../metrics.ts';
import { currentRequest } from '../request-context.ts';
import { CallFailure } from '../resilience/call-failure.ts';
import { SwitchableGuards } from '../resilience/guards.ts';
import { signLeaf } from '../sign-leaf.ts';
import type { Authority } from './certificates.ts';

const [name = 'one'] = process.argv.slice(2);
const issuer = JSON.parse(process.env.ISSUER!) as Authority;
const clock = systemClock;
let unwell = false;
let slow = 0;

const server = await httpsServer({
  service: 'gateway',
  host: '127.0.0.1',
  port: 0,
  leaf: await signLeaf({
    issuerCert: issuer.cert,
    issuerKey: issuer.key,
    commonName: name,
    names: ['127.0.0.1'],
    nowMs: clock.now(),
  }),
  routes: (app) => {
    app.get('/who', async () => ({ name, session: currentRequest()?.session }));
    app.post('/who', async ({ body, headers }) => ({ name, body, key: headers['idempotency-key'] }));
    app.post('/unwell', async () => {
      unwell = true;
      return {};
    });
    app.get('/maybe', async () => {
      if (unwell) throw new FaultflixError('unavailable', `${name} is unwell`);
      return { name };
    });
    app.get('/relayed', async () => {
      throw new CallFailure('mine failed', { kind: 'lost', code: 'unavailable' });
    });
    app.get('/slow', async () => {
      slow += 1;
      await clock.sleep(500);
      return { name };
    });
    app.get('/slow-so-far', async () => ({ name: String(slow) }));
  },
  admission: new Admission({ guards: new SwitchableGuards(), clock, metrics: createMetrics() }),
  seam: faultSeam({ enabled: false, clock }),
  clock,
  log: pino({ enabled: false }),
});
process.on('SIGTERM', () => {
  server.leave();
  void server.close(2_000).then(() => process.exit(0));
});
console.log(server.port);
