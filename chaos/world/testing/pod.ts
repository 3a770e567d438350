/** A pod as the faults meet it: a process and its real Toxiproxy at one loopback address, and the warden of its node. */
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { createSecureServer as createHttp2 } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { reachable } from '#base/address.ts';
import { type Clock, systemClock } from '#base/clock.ts';
import { innerPorts, listener, type Place, type Protocol } from '#base/names.ts';
import { type RunningToxiproxy, startToxiproxy, toxiproxyBinary } from '#kit/testing/toxiproxy.ts';
import { selfSigned } from '#test/support/self-signed.ts';
import { wardenServer } from '../../warden/server.ts';
import { Sidecars } from '../../warden/sidecar.ts';
import { Warden } from '../../warden/warden.ts';
import { SocketCallers } from '../callers.ts';
import { httpsCompanies } from '../companies.ts';
import type { Snapshot, Target } from '../target.ts';
import { wardenToxics } from '../toxics.ts';
import { Wardens } from '../wardens.ts';
import type { World } from '../world.ts';

process.env.FAULTFLIX_NETWORK = 'loopback';
export const TOKEN = 'a-token-of-this-test';
export const noLog = pino({ level: 'silent' });

interface Closing {
  close(): unknown;
  closeAllConnections?(): void;
}

let pods = 0;

export interface TestPodOptions {
  readonly clock?: Clock;
  readonly leaseMs?: number;
}

export class TestPod {
  readonly target: Target;
  readonly warden: Warden;
  readonly wardenPort: number;
  readonly wardens: Wardens;
  readonly sidecars: Sidecars;
  readonly callers: SocketCallers;
  readonly #server: Closing;
  #process: Closing[] = [];
  #proxy: RunningToxiproxy | undefined;

  private constructor(made: {
    target: Target;
    warden: Warden;
    sidecars: Sidecars;
    server: Closing;
    port: number;
    ca: string;
    client: { cert: string; key: string };
  }) {
    this.target = made.target;
    this.warden = made.warden;
    this.wardenPort = made.port;
    this.sidecars = made.sidecars;
    this.#server = made.server;
    this.wardens = new Wardens({ token: () => TOKEN, addressOf: () => ({ host: '127.0.0.1', port: made.port }) });
    this.callers = new SocketCallers({ tls: () => ({ ca: made.ca, ...made.client }) });
  }

  static async start({ clock = systemClock, leaseMs }: TestPodOptions = {}): Promise<TestPod> {
    // A part of 127/8 that is this process's own, so that tests of several processes do not meet.
    const ip = `10.${200 + (process.pid % 50)}.${(process.pid >> 6) % 250}.${1 + pods++}`;
    const identity = { namespace: 'us-east-1', name: `catalog-${pods}`, uid: `uid-${pods}`, service: 'catalog' };
    const target = { ...identity, region: 'us-east-1', node: 'us-east-1a-1', ip };
    const { cert, key } = await selfSigned(reachable(ip));
    const sidecars = new Sidecars();
    const pod = { uid: target.uid, namespace: target.namespace, name: target.name, ip };
    const known = { all: [pod], find: (uid: string) => (uid === pod.uid ? pod : undefined) };
    const lease = leaseMs === undefined ? {} : { leaseMs };
    const warden = new Warden({ node: target.node, pods: known, sidecars, clock, log: noLog, ...lease });
    const health = () => ({ node: target.node, pods: 1, watching: true });
    const server = wardenServer({ warden, token: () => TOKEN, health, log: noLog });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const made = new TestPod({ target, warden, sidecars, server, port, ca: cert, client: { cert, key } });
    await made.#startProcess(cert, key);
    await made.startSidecar();
    return made;
  }

  get host(): string {
    return reachable(this.target.ip);
  }

  async #startProcess(cert: string, key: string): Promise<void> {
    const grpc = createHttp2(
      { cert, key, ca: cert, requestCert: true, rejectUnauthorized: true },
      (_request, response) => response.end(),
    );
    const https = createHttps({ cert, key }, (_request, response) => response.writeHead(404).end());
    const ops = createHttp((_request, response) => response.end('ok'));
    const sessions = new Set<{ destroy(): void }>();
    grpc.on('session', (session) => sessions.add(session));
    const endSessions = () => {
      for (const session of sessions) session.destroy();
    };
    this.#process = [{ close: endSessions }, grpc, https, ops];
    for (const [server, port] of [
      [grpc, innerPorts.grpc],
      [https, innerPorts.https],
      [ops, innerPorts.ops],
    ] as const) {
      server.listen(port, this.host);
      await once(server, 'listening');
    }
  }

  /** The process ends as by SIGKILL: all its sockets are gone; its sidecar stays. */
  endProcess(): void {
    for (const server of this.#process) end(server);
    this.#process = [];
  }

  async startSidecar(): Promise<void> {
    const binary = toxiproxyBinary();
    if (!binary) throw new Error('no toxiproxy-server: node k8s/local/main.ts tools toxiproxy-server makes it');
    this.#proxy = await startToxiproxy(binary, this.host, innerPorts.toxiproxy);
    // It says that it listens a moment before it does.
    for (const endMs = Date.now() + 5_000; ; await new Promise((resolve) => setTimeout(resolve, 10))) {
      if (await this.admin('GET', '/proxies').catch(() => undefined)) return;
      if (Date.now() > endMs) throw new Error('toxiproxy-server does not listen');
    }
  }

  async killSidecar(): Promise<void> {
    await this.#proxy?.kill();
  }

  /** Makes a proxy, as the pod's own process does. */
  async listen(protocol: Protocol, place: Place): Promise<string> {
    const { name, port } = listener(protocol, place);
    const upstream = `${this.host}:${innerPorts[protocol]}`;
    await this.admin('POST', '/proxies', { name, listen: `${this.host}:${port}`, upstream, enabled: true });
    return name;
  }

  async admin(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`http://${this.host}:${innerPorts.toxiproxy}${path}`, {
      method,
      signal: AbortSignal.timeout(5_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  }

  async toxicNames(): Promise<string[]> {
    const proxies = (await this.admin('GET', '/proxies')) as Record<string, { toxics: { name: string }[] }>;
    return Object.values(proxies).flatMap(({ toxics }) => toxics.map(({ name }) => name));
  }

  /** What the engine takes before a fault. */
  async snapshot(timed: readonly string[]): Promise<Snapshot> {
    const pod = await this.wardens.pod(this.target.node, this.target.uid);
    const proxies = pod?.proxies ?? [];
    await this.callers.hold(this.target, timed);
    const trips = await Promise.all(
      timed.map(async (name) => {
        const { freshMs } = await this.callers.roundTrip(this.target, name);
        return freshMs === undefined ? [] : [[name, freshMs] as const];
      }),
    );
    return {
      atMs: Date.now(),
      exists: true,
      dying: false,
      ready: true,
      resourceVersion: '1',
      labels: {},
      listeners: proxies.map(({ name }) => name),
      toxics: proxies.flatMap(({ name: proxy, toxics }) => toxics.map((toxic) => ({ proxy, ...toxic }))),
      roundTripsMs: Object.fromEntries(trips.flat()),
      readyPods: 2,
    };
  }

  world(before: Snapshot, expiresAtMs = Date.now() + 60_000): World {
    return {
      clock: systemClock,
      lease: { run: '01234567', step: 0, expiresAtMs },
      before,
      callers: this.callers,
      toxics: wardenToxics({ wardens: this.wardens, gone: async () => true }),
      pods: { kill: () => Promise.reject(new Error('not here')), gone: async () => true },
      companies: httpsCompanies({ ca: () => undefined, gone: async () => true }),
    };
  }

  async stop(): Promise<void> {
    this.callers.release([this.target.uid]);
    this.wardens.close();
    this.sidecars.close();
    this.endProcess();
    end(this.#server);
    await this.killSidecar();
  }
}

function end(server: Closing): void {
  server.close();
  server.closeAllConnections?.();
}
