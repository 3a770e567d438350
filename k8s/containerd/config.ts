import { join } from 'node:path';
import type { NodeLayout } from './layout.ts';

/** What the supervisor wants of a cluster; `<state folder>/cluster-config.json`. */
export interface ClusterConfig {
  readonly name: string;
  readonly stateDir: string;
  readonly nodes: readonly NodeLayout[];
  /** Where the host reaches the API server. */
  readonly hostServer: string;
  /** Path of the cluster's cgroup in each hierarchy. */
  readonly cgroup: string;
  readonly machine: { readonly cores: number; readonly memoryBytes: number };
}

/** What the cluster's init wants of a node's; `<node folder>/config.json`. */
export interface NodeConfig {
  readonly layout: NodeLayout;
  readonly others: readonly NodeLayout[];
  readonly folder: string;
  /** The cluster's state folder. */
  readonly stateDir: string;
  readonly cgroup: string;
  /** Of the machine's memory, what is not this node's: all nodes see the whole machine. */
  readonly reservedMemoryBytes: number;
}

/** Files in a cluster's state folder that more than one process knows. */
export const places = (stateDir: string) => ({
  config: join(stateDir, 'cluster-config.json'),
  logs: join(stateDir, 'logs'),
  bin: (tool: string) => join(stateDir, 'bin', tool),
  pki: (name: string) => join(stateDir, 'pki', name),
  /** The relay's socket, which crosses from the host's network namespace into the cluster's. */
  apiSocket: join(stateDir, 'api.sock'),
  kubeconfig: join(stateDir, 'kubeconfig'),
  nodeFolder: (node: string) => join(stateDir, 'nodes', node),
});

export const nodePlaces = (folder: string) => ({
  config: join(folder, 'config.json'),
  kubeconfig: join(folder, 'kubelet.kubeconfig'),
  proxyKubeconfig: join(folder, 'kube-proxy.kubeconfig'),
  policyKubeconfig: join(folder, 'policy.kubeconfig'),
  certificate: join(folder, 'kubelet.crt'),
  key: join(folder, 'kubelet.key'),
  containerd: join(folder, 'containerd'),
  containerdConfig: join(folder, 'containerd.toml'),
  kubelet: join(folder, 'kubelet'),
  kubeletConfig: join(folder, 'kubelet.json'),
  cni: join(folder, 'cni'),
  sysctls: join(folder, 'sysctls'),
  varLib: join(folder, 'var-lib'),
  varLog: join(folder, 'var-log'),
  tmp: join(folder, 'tmp'),
  resolvConf: join(folder, 'resolv.conf'),
});
