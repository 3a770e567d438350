/** The mesh on the real Toxiproxy. */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { pino } from 'pino';
import { systemClock } from '#base/clock.ts';
import { innerPorts, listener, type Place } from '#base/names.ts';
import { until } from '../testing/processes.ts';
import { type RunningToxiproxy, startToxiproxy, toxiproxyBinary } from '../testing/toxiproxy.ts';
import { ensureProxies } from './ensure.ts';
import { Mesh } from './mesh.ts';
import { ToxiproxyAdmin } from './toxiproxy-admin.ts';
import { distanceToxics, wantedProxies } from './wanted.ts';

const binary = toxiproxyBinary();

describe('wanted proxies', () => {
  const proxies = wantedProxies({ host: '127.9.9.9', place: 'us-west-2', doors: ['grpc', 'https'] });

  it('are one for each protocol and place', () => {
    assert.deepEqual(
      proxies.map(({ name }) => name),
      [
        'grpc-from-us-east-1',
        'grpc-from-us-west-2',
        'grpc-from-ap-south-1',
        'grpc-from-global',
        'https-from-us-east-1',
        'https-from-us-west-2',
        'https-from-ap-south-1',
        'https-from-global',
      ],
    );
  });

  it('lay the whole round trip on both directions, an odd one too, and none where there is no distance', () => {
    const total = (toxics: ReturnType<typeof distanceToxics>) =>
      toxics.reduce((sum, { attributes }) => sum + attributes.latency!, 0);
    assert.deepEqual(
      proxies.slice(0, 4).map(({ distance }) => total(distance)),
      [65, 0, 220, 0],
    );
    assert.deepEqual(distanceToxics(0), []);
  });
});

describe('the mesh', { skip: binary === undefined && 'no toxiproxy-server: npm start makes it' }, () => {
  let host: string;
  let sidecar: RunningToxiproxy;
  let service: Server;
  let admin: ToxiproxyAdmin;
  let stop: AbortController;
  let mesh: Mesh | undefined;
  const fault = {
    name: 'ff.run-1.0.1795509162000',
    type: 'latency',
    stream: 'downstream',
    toxicity: 1,
    attributes: { latency: 300, jitter: 0 },
  } as const;

  beforeEach(async () => {
    host = `127.${randomInt(100, 250)}.${randomInt(1, 250)}.${randomInt(1, 250)}`;
    sidecar = await startToxiproxy(binary!, host);
    admin = new ToxiproxyAdmin({ host, port: innerPorts.toxiproxy });
    service = createServer((socket) => socket.on('error', () => undefined).pipe(socket)); // echoes
    service.listen(innerPorts.grpc, host);
    await once(service, 'listening');
    stop = new AbortController();
    mesh = undefined;
  });

  afterEach(async () => {
    stop.abort();
    await mesh?.done;
    await sidecar.kill();
    service.close();
  });

  const shape = () => wantedProxies({ host, place: 'us-east-1', doors: ['grpc'] });

  function startMesh(onChange?: (stands: boolean) => void): Mesh {
    const log = pino({ enabled: false });
    const told = onChange ? { onChange } : {};
    mesh = new Mesh({ host, wanted: shape(), clock: systemClock, log, signal: stop.signal, ...told });
    return mesh;
  }

  /** Time for a byte to come back over a connection that stands. */
  async function roundTripMs(from: Place): Promise<number> {
    const socket = connect({ host, port: listener('grpc', from).port });
    try {
      socket.write('a');
      await once(socket, 'data');
      const startedMs = performance.now();
      socket.write('b');
      await once(socket, 'data');
      return performance.now() - startedMs;
    } finally {
      socket.destroy();
    }
  }

  it('puts the distance between regions on the wire', async () => {
    await startMesh().standing;
    const [own, west, south] = [
      await roundTripMs('us-east-1'),
      await roundTripMs('us-west-2'),
      await roundTripMs('ap-south-1'),
    ];
    assert.ok(west >= 65 && south >= 200, `${west} and ${south} ms`);
    assert.ok(own < west && own < south, `${own} ms in the own region`);
  });

  it('lets nobody in before the distance stands', async () => {
    const wanted = shape().find(({ name }) => name === 'grpc-from-us-west-2')!;
    const { name, listen, upstream } = wanted;
    await admin.createProxy({ name, listen, upstream, enabled: false });
    const socket = connect({ host, port: listener('grpc', 'us-west-2').port });
    const [error] = await once(socket, 'error');
    assert.equal((error as NodeJS.ErrnoException).code, 'ECONNREFUSED');
    // What a predecessor left half made is finished.
    assert.ok((await ensureProxies(admin, shape())).includes(name));
    assert.ok((await roundTripMs('us-west-2')) >= 65);
  });

  it('makes everything again when the sidecar was killed', async () => {
    const changes: boolean[] = [];
    await startMesh((stands) => changes.push(stands)).standing;
    await sidecar.kill();
    await until(() => changes.length === 2, 'the mesh fell');
    sidecar = await startToxiproxy(binary!, host);
    await until(() => changes.length === 3, 'the mesh stands again');
    assert.deepEqual(changes, [true, false, true]);
    assert.ok((await roundTripMs('us-west-2')) >= 65);
  });

  it('leaves toxics of faults as they are, when it makes sure and when the service starts again', async () => {
    await startMesh().standing;
    await admin.addToxic('grpc-from-us-west-2', fault);
    await admin.addToxic('grpc-from-us-east-1', fault);
    const before = await admin.proxies();
    assert.deepEqual(await ensureProxies(admin, shape()), []);
    stop.abort();
    await mesh!.done;
    stop = new AbortController();
    await startMesh().standing;
    assert.deepEqual(await admin.proxies(), before);
    assert.ok((await roundTripMs('us-east-1')) >= 300);
  });

  it('refuses a proxy of its name that leads elsewhere', async () => {
    const wanted = shape()[0]!;
    await admin.createProxy({ name: wanted.name, listen: `${host}:7777`, upstream: wanted.upstream, enabled: true });
    await assert.rejects(ensureProxies(admin, shape()), { code: 'conflict' });
  });

  it('waits for a sidecar that comes late, and ends when told to', async () => {
    await sidecar.kill();
    const late = startMesh();
    sidecar = await startToxiproxy(binary!, host);
    await late.standing;
    assert.ok(late.stands);
    stop.abort();
    await late.done;
    assert.ok(!late.stands);
    await sidecar.kill();
    stop = new AbortController();
    const never = startMesh();
    stop.abort();
    await assert.rejects(never.standing, { code: 'cancelled' });
  });

  it('tells what the sidecar said when it refused', async () => {
    await assert.rejects(admin.addToxic('no-such-proxy', fault), { code: 'could-not-run', received: /404.*proxy/ });
  });
});
