/** A control plane in this process's network namespace, for nodes that are containers. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#base/clock.ts';
import { KubeHttp } from '#base/kube/http.ts';
import { PROXY_USER } from '#k8s/containerd/inside/nodes.ts';
import { unprivileged } from '#k8s/containerd/inside/unprivileged.ts';
import { Kept } from '#k8s/containerd/kept.ts';
import type { NodeLayout } from '#k8s/containerd/layout.ts';
import { components, startControlPlane } from '#k8s/local/control-plane/control-plane.ts';
import { createPki, type Pki } from '#k8s/local/control-plane/pki.ts';
import type { Prepared } from '../support/inside.ts';

/** Always free: the namespace is the run's own. */
const PORTS = { etcd: 2379, etcdPeer: 2380, apiserver: 6443, controllerManager: 10257, scheduler: 10259 };
const GRACE_MS = 3_000;

export interface TestControlPlane {
  readonly api: KubeHttp;
  readonly kubeconfig: string;
  readonly pki: Pki;
  /** Where nodes reach the API server. */
  readonly server: string;
  stop(): Promise<void>;
}

export interface ControlPlaneWants {
  readonly tools: Prepared['tools'];
  readonly nodes: readonly NodeLayout[];
  /** An address of this namespace that nodes reach. */
  readonly address: string;
}

export async function controlPlane({ tools, nodes, address }: ControlPlaneWants): Promise<TestControlPlane> {
  const folder = await mkdtemp(join(tmpdir(), 'faultflix-plane-'));
  const broken = new AbortController();
  const kept = new Kept({
    logs: join(folder, 'logs'),
    env: process.env,
    onProcess: () => undefined,
    onRestart: ({ what }, because) => console.log(`${what} was started again: ${because}`),
    onGiveUp: (error) => broken.abort(error),
  });
  const stop = async () => {
    await kept.stop([...components].reverse(), GRACE_MS);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await mkdir(join(folder, 'logs'));
    const pki = await createPki({
      folder: join(folder, 'pki'),
      clusterName: 'containers',
      nowMs: systemClock.now(),
      apiAddresses: [address],
      clients: [PROXY_USER],
      nodes,
    });
    const plane = await startControlPlane({
      name: 'containers',
      stateDir: folder,
      pki,
      ports: PORTS,
      nodesReachAt: address,
      signal: broken.signal,
      // They die with this process, however it ends.
      supervise: (name, flags) =>
        kept.add(unprivileged({ name, command: 'setpriv', args: ['--pdeathsig', 'KILL', tools[name]!, ...flags] })),
    });
    await plane.controllersReady;
    const { cert, key } = pki.users.admin;
    const api = new KubeHttp({ server: plane.server, ca: pki.ca, cert, key });
    return { api, pki, kubeconfig: plane.kubeconfig, server: `https://${address}:${PORTS.apiserver}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
