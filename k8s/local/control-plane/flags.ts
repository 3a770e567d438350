import { join } from 'node:path';

/**
 * What the control plane is started with: everything that decides how this cluster behaves is on this page. Defaults
 * of Kubernetes are kept where a line does not say why not.
 */
export const SERVICE_CIDR = '10.250.0.0/16'; // locally nothing forwards it: services of the platform are headless
export const API_SERVICE_ADDRESS = '10.250.0.1';

/** The kubelet's user: bootstrap.ts says what it may do. */
export const KUBELET_USER = 'faultflix:kubelet';

/**
 * Names and addresses in the kubelet's serving certificate (`pki/kubelet-server.crt`). The service names are for an
 * APIService (metrics.k8s.io) whose Service is of type ExternalName: there is no proxy for cluster addresses.
 */
export const KUBELET_HOSTS: readonly string[] = [
  '127.0.0.1',
  'localhost',
  'metrics-server.kube-system.svc',
  'kubelet.kube-system.svc',
];

/** Feature gates of all Kubernetes binaries, by name. Empty: the defaults of the version. */
export const FEATURE_GATES: Readonly<Record<string, boolean>> = {};

export interface Ports {
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly apiserver: number;
  readonly controllerManager: number;
  readonly scheduler: number;
}

export interface Layout {
  readonly pki: string;
  readonly kubeconfigs: string;
  readonly etcdData: string;
  readonly ports: Ports;
  /** Where nodes with networks of their own reach the API server. Absent: everything is on 127.0.0.1. */
  readonly nodesReachAt?: string;
}

export function etcdFlags({ pki, etcdData, ports }: Layout): string[] {
  const peer = `https://127.0.0.1:${ports.etcdPeer}`;
  const client = `https://127.0.0.1:${ports.etcd}`;
  const tls = (prefix: string) => [
    `--${prefix}cert-file=${join(pki, 'etcd.crt')}`,
    `--${prefix}key-file=${join(pki, 'etcd.key')}`,
    `--${prefix}trusted-ca-file=${join(pki, 'etcd-ca.crt')}`,
    `--${prefix}client-cert-auth=true`,
  ];
  return [
    '--name=local',
    `--data-dir=${etcdData}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=local=${peer}`,
    ...tls(''),
    ...tls('peer-'),
    // The data lives as long as the cluster does; a killed etcd loses nothing by it, only a machine that loses power.
    '--unsafe-no-fsync=true',
    '--log-level=warn',
  ];
}

export function apiserverFlags({ pki, ports, nodesReachAt }: Layout): string[] {
  const at = (name: string) => join(pki, name);
  const surroundings =
    nodesReachAt === undefined
      ? [
          '--bind-address=127.0.0.1',
          '--advertise-address=127.0.0.1',
          // An EndpointSlice may not hold a loopback address, so `kubernetes.default` has none.
          '--endpoint-reconciler-type=none',
          // The loopback address at which the kubelet listens for all nodes.
          '--kubelet-preferred-address-types=Hostname',
        ]
      : [
          '--bind-address=0.0.0.0', // of a network namespace of its own
          `--advertise-address=${nodesReachAt}`,
          '--kubelet-preferred-address-types=InternalIP',
          `--kubelet-certificate-authority=${at('ca.crt')}`,
        ];
  return [
    ...surroundings,
    `--secure-port=${ports.apiserver}`,
    `--service-cluster-ip-range=${SERVICE_CIDR}`,
    `--etcd-servers=https://127.0.0.1:${ports.etcd}`,
    `--etcd-cafile=${at('etcd-ca.crt')}`,
    `--etcd-certfile=${at('etcd-client.crt')}`,
    `--etcd-keyfile=${at('etcd-client.key')}`,
    `--client-ca-file=${at('ca.crt')}`,
    `--tls-cert-file=${at('apiserver.crt')}`,
    `--tls-private-key-file=${at('apiserver.key')}`,
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${at('service-accounts.pub')}`,
    `--service-account-signing-key-file=${at('service-accounts.key')}`,
    `--kubelet-client-certificate=${at('apiserver-kubelet-client.crt')}`,
    `--kubelet-client-key=${at('apiserver-kubelet-client.key')}`,
    `--requestheader-client-ca-file=${at('front-proxy-ca.crt')}`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${at('front-proxy-client.crt')}`,
    `--proxy-client-key-file=${at('front-proxy-client.key')}`,
    '--profiling=false',
    ...gates(),
  ];
}

export function controllerManagerFlags(layout: Layout): string[] {
  const at = (name: string) => join(layout.pki, name);
  return [
    ...client(layout, 'kube-controller-manager', layout.ports.controllerManager),
    '--use-service-account-credentials=true',
    `--root-ca-file=${at('ca.crt')}`,
    `--service-account-private-key-file=${at('service-accounts.key')}`,
    `--cluster-signing-cert-file=${at('ca.crt')}`,
    `--cluster-signing-key-file=${at('ca.key')}`,
  ];
}

export function schedulerFlags(layout: Layout): string[] {
  return client(layout, 'kube-scheduler', layout.ports.scheduler);
}

function client({ pki, kubeconfigs }: Layout, name: string, port: number): string[] {
  const kubeconfig = join(kubeconfigs, name);
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    `--client-ca-file=${join(pki, 'ca.crt')}`,
    `--requestheader-client-ca-file=${join(pki, 'front-proxy-ca.crt')}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--tls-cert-file=${join(pki, `${name}-server.crt`)}`,
    `--tls-private-key-file=${join(pki, `${name}-server.key`)}`,
    '--leader-elect=false', // there is one of each
    // The defaults (20, 30) are for a shared API server; alone with it they take start-up from 4 s to 9 s.
    '--kube-api-qps=1000',
    '--kube-api-burst=2000',
    '--profiling=false',
    ...gates(),
  ];
}

function gates(): string[] {
  const named = Object.entries(FEATURE_GATES);
  return named.length === 0 ? [] : [`--feature-gates=${named.map(([name, on]) => `${name}=${on}`).join(',')}`];
}
