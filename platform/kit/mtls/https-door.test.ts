/** HTTPS that is for services of ours alone, by the server and the client of the kit. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connect } from 'node:tls';
import { pino } from 'pino';
import { systemClock } from '#base/clock.ts';
import { Admission } from '../admission.ts';
import { faultSeam } from '../fault-seam.ts';
import { HttpsConnection } from '../http/connection.ts';
import { type HttpsServer, httpsServer } from '../http/server.ts';
import { createMetrics } from '../metrics.ts';
import { SwitchableGuards } from '../resilience/guards.ts';
import { testAuthorities } from '../testing/certificates.ts';
import { full } from '../testing/static-endpoints.ts';
import { Certificates } from './certificates.ts';
import { refusals } from './refusals.ts';

const log = pino({ enabled: false });
const metrics = createMetrics();
const ending = new AbortController();

describe('an HTTPS door for services', () => {
  let folder: string;
  let ca: string;
  let server: HttpsServer;
  const certificatesOf = (service: string, region = 'us-east-1') => {
    const env = { FAULTFLIX_ROOT: folder };
    const common = { addresses: ['127.0.0.1'], env, clock: systemClock, log, metrics, signal: ending.signal };
    return Certificates.start({ service, region, ...common });
  };
  const get = async (certificates: Certificates, service = 'origin', path = '/x') => {
    const connection = new HttpsConnection(full(service, { id: 'x', port: server.port }), certificates);
    try {
      const call = { method: 'GET', path, headers: {}, body: undefined, deadlineAtMs: undefined, signal: undefined };
      const { status, body } = await connection.request(call);
      return { status, code: (JSON.parse(body.toString()) as { code?: string }).code };
    } finally {
      connection.retire();
    }
  };
  const stranger = (path: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const agent = new Agent({ ca });
      request({ host: '127.0.0.1', port: server.port, path, agent }, (response) => {
        response.resume().once('end', () => agent.destroy());
        resolve(response.statusCode!);
      })
        .once('error', reject)
        .end();
    });

  before(async () => {
    const { root, issuer } = await testAuthorities();
    ca = root.cert;
    folder = await mkdtemp(join(tmpdir(), 'faultflix-door-'));
    const secret = join(folder, 'var/run/faultflix/tls');
    await mkdir(secret, { recursive: true });
    const files = { 'ca.crt': ca, 'issuer.crt': issuer.cert, 'issuer.key': issuer.key };
    for (const [name, text] of Object.entries(files)) await writeFile(join(secret, name), text);
    const { leaf } = (await certificatesOf('origin')).current;
    server = await httpsServer({
      ...{ service: 'origin', host: '127.0.0.1', port: 0, leaf, log, clock: systemClock },
      admission: new Admission({ guards: new SwitchableGuards(), clock: systemClock, metrics }),
      seam: faultSeam({ enabled: false, clock: systemClock }),
      routes: (app) => void app.get('/x', async () => ({})),
      guarded: {
        ca,
        callers: ['edge', 'router@global'],
        refuse: refusals({ protocol: 'https', metrics, log, clock: systemClock }),
      },
    });
  });
  after(async () => {
    ending.abort();
    await server?.close(0);
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it('serves those who may call, each in its place', async () => {
    assert.deepEqual(await get(await certificatesOf('edge')), { status: 200, code: undefined });
    assert.equal((await get(await certificatesOf('router', 'global'))).status, 200);
    assert.deepEqual(await get(await certificatesOf('router')), { status: 403, code: 'forbidden' });
    assert.deepEqual(await get(await certificatesOf('playback')), { status: 403, code: 'forbidden' });
  });

  it('tells who shows no certificate so, before any route is looked at, except where health is asked', async () => {
    assert.equal(await stranger('/x'), 401);
    assert.equal(await stranger('/nothing/there'), 401);
    assert.equal(await stranger('/healthz'), 204);
    const { values } = await metrics.registry.getSingleMetric('faultflix_peers_refused_total')!.get();
    assert.equal(values.find(({ labels }) => labels.because === 'no-certificate')?.value, 2);
  });

  it('is left by a caller who meant another service', async () => {
    await assert.rejects(get(await certificatesOf('edge'), 'users'), { kind: 'connect', message: /not who is meant/ });
  });

  it('stays at TLS 1.3 with the certificate that follows', async () => {
    server.renew((await certificatesOf('origin')).current.leaf, ca);
    assert.equal((await get(await certificatesOf('edge'))).status, 200);
    const code = await new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port: server.port, ca, maxVersion: 'TLSv1.2' });
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      socket.once('secureConnect', () => resolve('connected'));
    });
    assert.equal(code, 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
  });
});
