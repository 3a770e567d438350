/** Real connections between a guarded gRPC server and callers that are, and are not, who they should be. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectHttp2 } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type ConnectionOptions, connect } from 'node:tls';
import { Metadata } from '@grpc/grpc-js';
import { pino } from 'pino';
import { type Clock, systemClock } from '#base/clock.ts';
import { catalog } from '#contracts/catalog.ts';
import { Admission } from '../admission.ts';
import { serve } from '../context.ts';
import { faultSeam } from '../fault-seam.ts';
import { GrpcConnection } from '../grpc/connection.ts';
import { loadMethods } from '../grpc/proto.ts';
import { type GrpcServer, grpcServer } from '../grpc/server.ts';
import { createMetrics } from '../metrics.ts';
import { SwitchableGuards } from '../resilience/guards.ts';
import { signLeaf } from '../sign-leaf.ts';
import { type Authority, testAuthorities } from '../testing/certificates.ts';
import { namedCatalog } from '../testing/named-catalog.ts';
import { until } from '../testing/processes.ts';
import { full } from '../testing/static-endpoints.ts';
import { Certificates } from './certificates.ts';
import { type Peer, peerOf, peerUri } from './peer.ts';
import { refusals } from './refusals.ts';

type Authorities = Awaited<ReturnType<typeof testAuthorities>>;

/** So that no leaf is of a future that the sockets' own clock does not know. */
const RENEW_MS = 1_000;
const log = pino({ enabled: false });
const ending = new AbortController();
const metrics = createMetrics();
const getTitle = loadMethods(catalog).find(({ name }) => name === 'getTitle')!.definition;
const server: Peer = { service: 'catalog', region: 'us-east-1' };
const gateway: Peer = { service: 'gateway', region: 'us-west-2' };

/** Time that only a test moves; whoever sleeps is never woken, so that each look is the test's own. */
const frozen = () => {
  const time = { nowMs: Date.now() };
  const clock: Clock = {
    now: () => time.nowMs,
    sleep: (_ms, signal) => new Promise((resolve) => signal?.addEventListener('abort', () => resolve())),
  };
  return { time, clock };
};

/** The mounted Secret of one authority. */
class Mount {
  readonly env: { readonly FAULTFLIX_ROOT: string };
  static async make(authorities: Authorities): Promise<Mount> {
    const mount = new Mount(await mkdtemp(join(tmpdir(), 'faultflix-mtls-')));
    await mount.put(authorities.root.cert, authorities.issuer);
    return mount;
  }
  private constructor(root: string) {
    this.env = { FAULTFLIX_ROOT: root };
  }
  async put(ca: string, issuer: Authority): Promise<void> {
    const folder = join(this.env.FAULTFLIX_ROOT, 'var/run/faultflix/tls');
    await mkdir(folder, { recursive: true });
    const files = { 'ca.crt': ca, 'issuer.crt': issuer.cert, 'issuer.key': issuer.key };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  }
  certificates(peer: Peer, clock: Clock = frozen().clock): Promise<Certificates> {
    return Certificates.start({
      ...peer,
      addresses: ['127.0.0.1'],
      env: this.env,
      clock,
      log,
      metrics,
      signal: ending.signal,
      renewAfterMs: RENEW_MS,
    });
  }
  remove(): Promise<void> {
    return rm(this.env.FAULTFLIX_ROOT, { recursive: true, force: true });
  }
}

function guarded(certificates: Certificates): Promise<GrpcServer> {
  return grpcServer({
    host: '127.0.0.1',
    port: 0,
    services: [serve(catalog, namedCatalog('one'))],
    admission: new Admission({ guards: new SwitchableGuards(), clock: systemClock, metrics }),
    seam: faultSeam({ enabled: false, clock: systemClock }),
    clock: systemClock,
    log,
    guarded: {
      certificates,
      callers: ['gateway'],
      refuse: refusals({ protocol: 'grpc', metrics, log, clock: systemClock }),
    },
  });
}

async function refused(because: string): Promise<number> {
  const { values } = await metrics.registry.getSingleMetric('faultflix_peers_refused_total')!.get();
  return values.find(({ labels }) => labels.because === because)?.value ?? 0;
}

const ask = (connection: GrpcConnection) =>
  connection.unary({
    method: getTitle,
    request: { id: 'a' },
    metadata: new Metadata(),
    deadlineAtMs: undefined,
    signal: undefined,
  });

describe('a guarded gRPC server', () => {
  let authorities: Authorities;
  let mount: Mount;
  let open: GrpcServer;
  const to = (port: number, certificates?: Certificates, peer: Partial<Peer> = {}) =>
    new GrpcConnection(
      {
        ...full('catalog', { id: 'x', port }),
        service: peer.service ?? 'catalog',
        region: (peer.region ?? 'us-east-1') as 'global',
      },
      certificates,
    );
  const once = async (connection: GrpcConnection) => {
    try {
      return await ask(connection);
    } finally {
      connection.retire();
    }
  };

  before(async () => {
    authorities = await testAuthorities();
    mount = await Mount.make(authorities);
    open = await guarded(await mount.certificates(server));
  });
  after(async () => {
    ending.abort();
    await open?.close(0);
    await mount?.remove();
  });

  it('answers whom it should', async () => {
    const answer = (await once(to(open.port, await mount.certificates(gateway)))) as { title: { name: string } };
    assert.equal(answer.title.name, 'one');
  });

  it('tells a service that is not to call it so', async () => {
    const before = await refused('not-allowed');
    const edge = await mount.certificates({ service: 'edge', region: 'us-east-1' });
    await assert.rejects(once(to(open.port, edge)), {
      code: 'forbidden',
      received: 'spiffe://us-east-1.faultflix.test/edge',
    });
    assert.equal(await refused('not-allowed'), before + 1);
  });

  it('is left by a caller who meant another service, another region, or trusts another root', async () => {
    const mine = await mount.certificates(gateway);
    for (const meant of [{ service: 'users' }, { region: 'us-west-2' }])
      await assert.rejects(once(to(open.port, mine, meant)), {
        code: 'unavailable',
        kind: 'connect',
        message: /not who is meant/,
      });
    const elsewhere = await Mount.make(await testAuthorities());
    try {
      await assert.rejects(once(to(open.port, await elsewhere.certificates(gateway))), { code: 'unavailable' });
    } finally {
      await elsewhere.remove();
    }
  });

  /** What a client meets that comes as it likes: the end of its connection. */
  const comes = (options: ConnectionOptions): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect({
        host: '127.0.0.1',
        port: open.port,
        rejectUnauthorized: false,
        ALPNProtocols: ['h2'],
        ...options,
      });
      socket.on('error', () => undefined);
      socket.once('close', () => resolve());
      socket.resume();
    });
  const leafBy = ({ issuer }: Authorities, names: readonly string[], nowMs = Date.now()) =>
    signLeaf({ issuerCert: issuer.cert, issuerKey: issuer.key, commonName: 'x', names, nowMs });

  const strangers: Record<string, [because: string, () => Promise<ConnectionOptions>]> = {
    'no certificate': ['no-certificate', async () => ({})],
    'a certificate of another authority': [
      'unknown-authority',
      async () => leafBy(await testAuthorities(), [peerUri(gateway)]),
    ],
    'one that has expired': ['expired', () => leafBy(authorities, [peerUri(gateway)], Date.now() - 25 * 3_600_000)],
    'one that says nobody': ['no-identity', () => leafBy(authorities, ['127.0.0.1'])],
    'one that says two': ['no-identity', () => leafBy(authorities, [peerUri(gateway), peerUri(server)])],
    'TLS 1.2': [
      'handshake',
      async () => ({ ...(await leafBy(authorities, [peerUri(gateway)])), maxVersion: 'TLSv1.2' }),
    ],
  };
  for (const [what, [because, options]] of Object.entries(strangers))
    it(`ends the connection of who comes with ${what}, and counts it`, async () => {
      const before = await refused(because);
      await comes(await options());
      await until(async () => (await refused(because)) === before + 1, because);
    });

  it('ends the connection of who speaks plaintext', async () => {
    const before = await refused('handshake');
    const session = connectHttp2(`http://127.0.0.1:${open.port}`);
    session.on('error', () => undefined);
    await new Promise<void>((resolve) => session.once('close', resolve));
    await until(async () => (await refused('handshake')) > before, 'refused');
    await assert.rejects(once(to(open.port)), { code: 'unavailable' });
  });

  it('goes on without a failed call while leaves and roots change, on connections old and new', async () => {
    const [serverSide, clientSide] = [await Mount.make(authorities), await Mount.make(authorities)];
    const [serverTime, clientTime] = [frozen(), frozen()];
    const serving = await serverSide.certificates(server, serverTime.clock);
    const calling = await clientSide.certificates(gateway, clientTime.clock);
    const renewed = await guarded(serving);
    const old = to(renewed.port, calling);
    await ask(old);
    const state = { ended: false, calls: 0, failures: [] as unknown[] };
    const loop = (async () => {
      while (!state.ended) {
        for (const call of [() => ask(old), () => once(to(renewed.port, calling))])
          await call().then(
            () => state.calls++,
            (failure: unknown) => state.failures.push(failure),
          );
      }
    })();
    const someCalls = () => {
      const enough = state.calls + 6;
      return until(() => state.calls >= enough || state.failures.length > 0, 'calls go on');
    };
    try {
      await someCalls();
      // A new leaf of the same authority, on either side.
      for (const [time, side] of [
        [serverTime, serving],
        [clientTime, calling],
      ] as const) {
        const { leaf } = side.current;
        time.time.nowMs += RENEW_MS;
        await side.look();
        assert.notEqual(side.current.leaf.cert, leaf.cert);
        await someCalls();
      }
      // Another authority: first both roots are trusted, then its leaves are used, then the old root goes.
      const next = await testAuthorities();
      const both = `${next.root.cert.trim()}\n${authorities.root.cert}`;
      const all = [
        [serverSide, serving, serverTime],
        [clientSide, calling, clientTime],
      ] as const;
      for (const [mounted, side] of all) {
        const { leaf } = side.current;
        await mounted.put(both, next.issuer);
        await side.look();
        assert.equal(side.current.leaf, leaf, 'the leaf stays until its renewal');
        await someCalls();
      }
      for (const [, side, { time }] of all) {
        time.nowMs += RENEW_MS;
        await side.look();
        await someCalls();
      }
      for (const [mounted, side] of all) {
        await mounted.put(next.root.cert, next.issuer);
        await side.look();
        await someCalls();
      }
      assert.deepEqual(state.failures, []);
      // And now who stayed with the old authority is nobody.
      await assert.rejects(once(to(renewed.port, await mount.certificates(gateway))), { code: 'unavailable' });
    } finally {
      state.ended = true;
      await loop;
      old.retire();
      await renewed.close(0);
      await Promise.all([serverSide.remove(), clientSide.remove()]);
    }
  });

  it('keeps what it has while the Secret cannot be read', async () => {
    const broken = await Mount.make(authorities);
    const { time, clock } = frozen();
    const kept = await broken.certificates(gateway, clock);
    await broken.put('no certificate', { cert: 'x', key: 'y' });
    await assert.rejects(kept.look());
    await broken.remove();
    time.nowMs += RENEW_MS;
    await assert.rejects(kept.look(), { code: 'could-not-run' });
    assert.ok(await once(to(open.port, kept)));
  });
});

describe('the identity in a certificate', () => {
  it('is the one URI of its names', () => {
    assert.deepEqual(peerOf(`DNS:x, URI:${peerUri(gateway)}, IP Address:127.0.0.1`), gateway);
  });
  for (const bad of [
    undefined,
    'DNS:gateway.us-west-2.faultflix.test',
    'URI:spiffe://us-west-2.faultflix.test/gateway, URI:spiffe://us-west-2.faultflix.test/users',
    'DNS:"x, URI:spiffe://us-west-2.faultflix.test/gateway"',
    'URI:spiffe://us-west-2.faultflix.test/gateway/x',
    'URI:spiffe://us-west-2.faultflix.test.evil/gateway',
    'URI:https://us-west-2.faultflix.test/gateway',
  ])
    it(`is not ${bad}`, () => assert.equal(peerOf(bad), undefined));
});
