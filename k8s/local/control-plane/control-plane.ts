import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, systemClock } from '#base/clock.ts';
import { asFaultflixError } from '#base/errors.ts';
import { KubeHttp } from '#base/kube/http.ts';
import type { Supervised } from '../supervisor/supervised.ts';
import { bootstrap, untilControlled } from './bootstrap.ts';
import {
  apiserverFlags,
  controllerManagerFlags,
  etcdFlags,
  KUBELET_USER,
  type Layout,
  type Ports,
  schedulerFlags,
} from './flags.ts';
import { kubeconfig } from './kubeconfig.ts';
import type { Pki } from './pki.ts';
import { untilReady } from './ready.ts';

export const components = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;
export type Component = (typeof components)[number];

export interface ControlPlaneOptions {
  readonly name: string;
  readonly stateDir: string;
  readonly pki: Pki;
  readonly ports: Ports;
  /** As in `Layout`. */
  readonly nodesReachAt?: string;
  /** Where whoever holds the administrator's kubeconfig reaches the API server, when that is not its own port. */
  readonly publicServer?: string;
  /** A process of this name with these flags, kept running; not started yet. */
  readonly supervise: (component: Component, flags: readonly string[]) => Supervised;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
}

export interface ControlPlane {
  readonly server: string;
  /** The administrator's kubeconfig. */
  readonly kubeconfig: string;
  readonly kubeletKubeconfig: string;
  /** Resolves when controller-manager and scheduler work too; the API is ready already. */
  readonly controllersReady: Promise<void>;
}

/** How long each part may take to come up on a machine that is busy with other things. */
const START_BOUND_MS = 90_000;

/** Starts the four processes; resolves when the API is ready and holds what the cluster itself needs. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { name, stateDir, pki, ports, supervise, nodesReachAt, publicServer } = options;
  const server = `https://127.0.0.1:${ports.apiserver}`;
  const layout: Layout = {
    pki: pki.folder,
    kubeconfigs: join(stateDir, 'kubeconfigs'),
    etcdData: join(stateDir, 'etcd'),
    ports,
    ...(nodesReachAt === undefined ? {} : { nodesReachAt }),
  };
  const files = await writeKubeconfigs({
    name,
    stateDir,
    folder: layout.kubeconfigs,
    server,
    publicServer: publicServer ?? server,
    pki,
  });
  const flags: Record<Component, readonly string[]> = {
    etcd: etcdFlags(layout),
    'kube-apiserver': apiserverFlags(layout),
    'kube-controller-manager': controllerManagerFlags(layout),
    'kube-scheduler': schedulerFlags(layout),
  };
  const ready = (port: number, path: string, process: Supervised) =>
    within(options, process, (signal) =>
      untilReady({ url: `https://127.0.0.1:${port}${path}`, ca: pki.ca, signal, ...clockOf(options) }),
    );
  const start = async (component: Component) => {
    const process = supervise(component, flags[component]);
    await process.start();
    return process;
  };
  const [apiserver] = await Promise.all([start('kube-apiserver'), start('etcd')]);
  await ready(ports.apiserver, '/readyz', apiserver);
  const { admin } = pki.users;
  const api = new KubeHttp({ server, ca: pki.ca, cert: admin.cert, key: admin.key });
  // Not before: what they ask earlier is forbidden, as the default roles are not there yet, and they would back off.
  const controllersReady = Promise.all([
    start('kube-controller-manager').then((process) =>
      within(options, process, (signal) => untilControlled(api, signal, options.clock)),
    ),
    start('kube-scheduler').then((process) => ready(ports.scheduler, '/readyz', process)),
  ]).then(() => api.close());
  controllersReady.catch(() => api.close()); // whoever awaits it gets the error
  await bootstrap(api);
  return { server, ...files, controllersReady };
}

interface KubeconfigFiles {
  readonly name: string;
  readonly stateDir: string;
  readonly folder: string;
  readonly server: string;
  readonly publicServer: string;
  readonly pki: Pki;
}

async function writeKubeconfigs({ name, stateDir, folder, server, publicServer, pki }: KubeconfigFiles) {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const context = `faultflix-${name}`;
  const write = async (path: string, user: string, credential: Pki['users']['admin'], at = server) => {
    await writeFile(path, kubeconfig({ context, user, server: at, ca: pki.ca, credential }), { mode: 0o600 });
    return path;
  };
  const { users } = pki;
  const [admin, kubelet] = await Promise.all([
    write(join(stateDir, 'kubeconfig'), context, users.admin, publicServer),
    write(join(folder, 'kubelet'), KUBELET_USER, users.kubelet),
    write(join(folder, 'kube-controller-manager'), 'system:kube-controller-manager', users['kube-controller-manager']),
    write(join(folder, 'kube-scheduler'), 'system:kube-scheduler', users['kube-scheduler']),
  ]);
  return { kubeconfig: admin, kubeletKubeconfig: kubelet };
}

/** Waits within the bound; a part that does not come up in time is an error that shows the end of its log. */
async function within(
  { signal }: ControlPlaneOptions,
  process: Supervised,
  wait: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const bound = AbortSignal.timeout(START_BOUND_MS);
  try {
    await wait(AbortSignal.any([signal, bound]));
  } catch (error) {
    if (bound.aborted && !signal.aborted) throw await process.failure(undefined);
    throw asFaultflixError(error);
  }
}

function clockOf({ clock = systemClock }: ControlPlaneOptions): { readonly clock: Clock } {
  return { clock };
}
