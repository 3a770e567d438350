import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type NodeConfig, nodePlaces, places } from '../config.ts';
import { POD_CIDR } from '../layout.ts';

/** What containerd, CNI, kubelet and kube-proxy of a node are told. Why each odd line: ../README.md. */
export const CONTAINERD_SOCKET = '/run/containerd/containerd.sock';
export const SANDBOX_IMAGE = 'faultflix.local/pause:dev';

/** Debian's, the CNI project's own, Fedora's. */
const CNI_FOLDERS = ['/usr/lib/cni', '/opt/cni/bin', '/usr/libexec/cni'] as const;

/** Where this machine has CNI plugins; where Debian would have them when it has none. */
export const cniFolder = (): string =>
  CNI_FOLDERS.find((folder) => existsSync(join(folder, 'bridge'))) ?? CNI_FOLDERS[0];

/** `containerd`: its root folder; `cni`: the folder of the network's configuration. */
export function containerdConfig(at: { readonly containerd: string; readonly cni: string }): string {
  return `version = 2
root = ${JSON.stringify(at.containerd)}
state = "/run/containerd"
oom_score = 0
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs", "io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.tracing"]
[grpc]
  address = "${CONTAINERD_SOCKET}"
[plugins."io.containerd.internal.v1.opt"]
  path = ${JSON.stringify(`${at.containerd}/opt`)}
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${SANDBOX_IMAGE}"
  restrict_oom_score_adj = true
  tolerate_missing_hugetlb_controller = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${cniFolder()}"
    conf_dir = ${JSON.stringify(at.cni)}
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
`;
}

export function cniConfig({ layout }: NodeConfig): object {
  return {
    cniVersion: '0.4.0',
    name: 'faultflix',
    plugins: [
      {
        type: 'bridge',
        bridge: 'cni0',
        isGateway: true,
        hairpinMode: true, // a pod may be its own service's endpoint
        ipMasq: false, // every node has a route to every pod
        ipam: {
          type: 'host-local',
          ranges: [[{ subnet: layout.podCidr, gateway: layout.podGateway }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };
}

export function kubeletConfig({ folder, stateDir, cgroup, reservedMemoryBytes }: NodeConfig): object {
  const at = nodePlaces(folder);
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: places(stateDir).pki('ca.crt') },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: at.certificate,
    tlsPrivateKeyFile: at.key,
    containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${cgroup}`,
    failCgroupV1: false,
    failSwapOn: false,
    oomScoreAdj: 0,
    resolvConf: at.resolvConf,
    readOnlyPort: 0,
    serializeImagePulls: false,
    systemReserved: { memory: `${Math.ceil(reservedMemoryBytes / 2 ** 20)}Mi` },
    // The images are here and nowhere else, and the disk is the host's: its other users must not cost a node its pods.
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    evictionHard: {
      'memory.available': '50Mi',
      'nodefs.available': '1%',
      'nodefs.inodesFree': '1%',
      'imagefs.available': '1%',
      'imagefs.inodesFree': '1%',
    },
  };
}

export function kubeletFlags({ layout, folder }: NodeConfig): string[] {
  const at = nodePlaces(folder);
  const labels = {
    'node.kubernetes.io/instance-type': 'faultflix-containerd',
    ...(layout.region ? { 'topology.kubernetes.io/region': layout.region } : {}),
    ...(layout.zone ? { 'topology.kubernetes.io/zone': layout.zone } : {}),
  };
  return [
    `--config=${at.kubeletConfig}`,
    `--kubeconfig=${at.kubeconfig}`,
    `--hostname-override=${layout.name}`,
    `--node-ip=${layout.address}`,
    `--node-labels=${Object.entries(labels)
      .map(([name, value]) => `${name}=${value}`)
      .join(',')}`,
    `--root-dir=${at.kubelet}`,
    `--cert-dir=${at.kubelet}/pki`,
  ];
}

/** All of it in flags: a configuration file would be watched, which costs one of the user's inotify instances a node. */
export function proxyFlags({ layout, folder }: NodeConfig): string[] {
  return [
    `--kubeconfig=${nodePlaces(folder).proxyKubeconfig}`,
    '--proxy-mode=iptables',
    `--hostname-override=${layout.name}`,
    `--bind-address=${layout.address}`,
    `--cluster-cidr=${POD_CIDR}`,
    '--oom-score-adj=0',
    // 0 leaves as they are what belongs to the whole machine.
    '--conntrack-max-per-core=0',
    '--conntrack-min=0',
    '--conntrack-tcp-timeout-established=0s',
    '--conntrack-tcp-timeout-close-wait=0s',
    '--metrics-bind-address=127.0.0.1:10249',
    '--healthz-bind-address=127.0.0.1:10256',
  ];
}
