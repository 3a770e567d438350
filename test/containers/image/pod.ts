/** A pod of two containers, as a kubelet makes it: a service and its sidecar share a network, and nothing else. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GenericContainer, PullPolicy, type StartedTestContainer, Wait } from 'testcontainers';
import { innerPorts } from '#base/names.ts';
import { testAuthorities } from '#kit/testing/certificates.ts';
import { KubeStub } from '#kit/testing/kube-stub.ts';
import { dockerode, gatewayOf } from '../support/docker.ts';

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const TLS = '/var/run/faultflix/tls';
const READY_BOUND_MS = 90_000;

/** With what the manifests give each of our containers: `securityContext`, and a `/tmp` to write to. */
export class Confined extends GenericContainer {
  constructor(image: string) {
    super(image);
    Object.assign(this.hostConfig, {
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Tmpfs: { '/tmp': 'mode=1777' },
    });
    this.withPullPolicy(PullPolicy.neverPull());
  }

  /** Containers of a pod: in the network of another. */
  inNetworkOf(container: StartedTestContainer): this {
    return this.withNetworkMode(`container:${container.getId()}`);
  }
}

export interface ServicePod {
  readonly service: StartedTestContainer;
  ops(path: string): Promise<Response>;
  stop(): Promise<void>;
}

export interface PodImages {
  readonly platform: string;
  readonly toxiproxy: string;
}

/** Resolves when the catalog says that it is ready: its API server is a stub in this process. */
export async function servicePod(images: PodImages): Promise<ServicePod> {
  const folder = await mkdtemp(join(tmpdir(), 'faultflix-pod-'));
  const ends: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const end of ends.toReversed()) await end();
  };
  try {
    const sidecar = await new Confined(images.toxiproxy)
      .withExposedPorts(innerPorts.ops, innerPorts.toxiproxy)
      .withWaitStrategy(Wait.forHttp('/version', innerPorts.toxiproxy))
      .start();
    ends.push(() => sidecar.stop());
    const host = await gatewayOf(sidecar);
    const stub = await KubeStub.start({ host });
    ends.push(() => stub.close());
    const { root, issuer } = await testAuthorities();
    const tls = { 'ca.crt': root.cert, 'issuer.crt': issuer.cert, 'issuer.key': issuer.key };
    const mounts = [
      { source: await put(join(folder, 'account'), { 'ca.crt': stub.ca, token: 'secret' }), target: ACCOUNT },
      { source: await put(join(folder, 'tls'), tls), target: TLS },
    ];
    await chmod(folder, 0o755);
    const service = await new Confined(images.platform)
      .inNetworkOf(sidecar)
      .withBindMounts(mounts.map((mount) => ({ ...mount, mode: 'ro' as const })))
      .withEnvironment({ ...identity, ...(await podAddress(sidecar)), ...kubernetes(host, stub.port) })
      .withCommand(['platform/services/catalog/main.ts'])
      .withWaitStrategy(Wait.forLogMessage('"message":"ready"').withStartupTimeout(READY_BOUND_MS))
      .start();
    ends.push(() => service.stop());
    const origin = `http://${sidecar.getHost()}:${sidecar.getMappedPort(innerPorts.ops)}`;
    return { service, ops: (path) => fetch(`${origin}${path}`), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const identity = {
  FAULTFLIX_REGION: 'us-east-1',
  FAULTFLIX_SERVICE: 'catalog',
  POD_NAME: 'catalog-1',
  POD_NAMESPACE: 'us-east-1',
  POD_UID: 'uid-1',
  NODE_NAME: 'node-1',
};

const kubernetes = (host: string, port: number) => ({
  KUBERNETES_SERVICE_HOST: host,
  KUBERNETES_SERVICE_PORT: String(port),
});

async function podAddress(container: StartedTestContainer) {
  const { NetworkSettings } = await (await dockerode()).getContainer(container.getId()).inspect();
  return { POD_IP: Object.values(NetworkSettings.Networks)[0]!.IPAddress };
}

/** Readable by whoever the container runs as. */
async function put(folder: string, files: Readonly<Record<string, string>>): Promise<string> {
  await mkdir(folder, { mode: 0o755 });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { mode: 0o644 });
  return folder;
}
