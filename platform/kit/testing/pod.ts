import type { ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { systemClock } from '#base/clock.ts';
import { innerPorts, type Place } from '#base/names.ts';
import { createMetrics } from '../metrics.ts';
import { Certificates } from '../mtls/certificates.ts';
import type { Peer } from '../mtls/peer.ts';
import { testAuthorities } from './certificates.ts';
import { KubeStub } from './kube-stub.ts';
import { kill, startFixture, until } from './processes.ts';
import { type RunningToxiproxy, startToxiproxy } from './toxiproxy.ts';

export interface PodOptions {
  /** toxiproxy-server. */
  readonly sidecar: string;
  readonly region?: Place;
  /** File of this folder that starts the service. */
  readonly fixture?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A pod on loopback as a kubelet would run it, with an API server's stub: the service's process and its real sidecar. */
export class TestPod {
  /** Where it is reached. */
  readonly host: string;
  readonly stub: KubeStub;
  /** PEM of the root that vouches for its HTTPS. */
  readonly ca: string;
  readonly child: ChildProcess;
  readonly #binary: string;
  readonly #root: string;
  readonly #ending = new AbortController();
  #sidecar: RunningToxiproxy;

  /** Resolves when the pod is ready. */
  static async start(options: PodOptions): Promise<TestPod> {
    const { sidecar, region = 'us-east-1', fixture = 'service-fixture.ts', env = {} } = options;
    const net = `${randomInt(100, 250)}.${randomInt(1, 250)}.${randomInt(1, 250)}`;
    const host = `127.${net}`;
    const stub = await KubeStub.start();
    const { root: ca, issuer } = await testAuthorities();
    const root = await mkdtemp(join(tmpdir(), 'faultflix-kit-'));
    const account = join(root, 'var/run/secrets/kubernetes.io/serviceaccount');
    await put(account, { 'ca.crt': stub.ca, token: 'secret' });
    const tls = { 'ca.crt': ca.cert, 'issuer.crt': issuer.cert, 'issuer.key': issuer.key };
    await put(join(root, 'var/run/faultflix/tls'), tls);
    const running = await startToxiproxy(sidecar, host);
    const { child } = await startFixture(fixture, [], {
      ...process.env,
      FAULTFLIX_NETWORK: 'loopback',
      FAULTFLIX_ROOT: root,
      FAULTFLIX_REGION: region,
      FAULTFLIX_SERVICE: 'catalog',
      POD_NAME: 'catalog-1',
      POD_NAMESPACE: region,
      POD_UID: 'uid-1',
      POD_IP: `10.${net}`,
      NODE_NAME: 'node-1',
      KUBERNETES_SERVICE_HOST: '127.0.0.1',
      KUBERNETES_SERVICE_PORT: String(stub.port),
      ...env,
    });
    child.stdout!.resume();
    const pod = new TestPod({ host, stub, ca: ca.cert, child, binary: sidecar, root, sidecar: running });
    await until(async () => (await pod.ops('/readyz')).status === 200, 'the pod is ready');
    return pod;
  }

  private constructor(parts: {
    readonly host: string;
    readonly stub: KubeStub;
    readonly ca: string;
    readonly child: ChildProcess;
    readonly binary: string;
    readonly root: string;
    readonly sidecar: RunningToxiproxy;
  }) {
    this.host = parts.host;
    this.stub = parts.stub;
    this.ca = parts.ca;
    this.child = parts.child;
    this.#binary = parts.binary;
    this.#root = parts.root;
    this.#sidecar = parts.sidecar;
  }

  /** Of another pod of the same authority. */
  certificatesOf(peer: Peer = { service: 'gateway', region: 'us-east-1' }): Promise<Certificates> {
    return Certificates.start({
      ...peer,
      addresses: ['127.0.0.1'],
      env: { FAULTFLIX_ROOT: this.#root },
      clock: systemClock,
      log: pino({ enabled: false }),
      metrics: createMetrics(),
      signal: this.#ending.signal,
    });
  }

  killSidecar(): Promise<void> {
    return this.#sidecar.kill();
  }

  async startSidecar(): Promise<void> {
    this.#sidecar = await startToxiproxy(this.#binary, this.host);
  }

  ops(path: string): Promise<{ readonly status: number; readonly body: string }> {
    return new Promise((resolve, reject) => {
      get({ host: this.host, port: innerPorts.ops, path, agent: false }, async (response) => {
        let body = '';
        for await (const part of response) body += part;
        resolve({ status: response.statusCode!, body });
      }).once('error', reject);
    });
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await kill(this.child);
    await this.#sidecar.kill();
    await this.stub.close();
    await rm(this.#root, { recursive: true, force: true });
  }
}

async function put(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}
