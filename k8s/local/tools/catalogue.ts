/**
 * The programs of the local cluster: pinned versions, where their projects release them, how Go builds them. To move
 * to another version, change it here.
 */
export const toolNames = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'toxiproxy-server',
  'kubectl',
  'kubelet',
  'kube-proxy',
] as const;
export type ToolName = (typeof toolNames)[number];

/** What the local cluster needs. kubectl comes on first use. */
export const clusterTools: readonly ToolName[] = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'toxiproxy-server',
];

/** What a cluster of real nodes needs: `up --nodes containerd`. */
export const realClusterTools: readonly ToolName[] = [...clusterTools, 'kubelet', 'kube-proxy'];

export const isToolName = (text: string): text is ToolName => (toolNames as readonly string[]).includes(text);

/** As Go and the releases name them: `linux`, `amd64`. */
export interface Platform {
  readonly os: string;
  readonly arch: string;
}

export function thisPlatform(): Platform {
  const { platform: os, arch } = process;
  return { os: os === 'win32' ? 'windows' : os, arch: arch === 'x64' ? 'amd64' : arch === 'ia32' ? '386' : arch };
}

/** Where the projects release. Tests put a server of their own in their place. */
export interface ReleaseHosts {
  readonly kubernetes: string;
  readonly github: string;
}

export const releaseHosts: ReleaseHosts = { kubernetes: 'https://dl.k8s.io', github: 'https://github.com' };

export interface Release {
  readonly url: string;
  /** The release's own list of SHA-256 sums: `<sum>` alone, or lines of `<sum>  <file>`. */
  readonly checksumUrl: string;
  /** Path of the program in the release's `.tar.gz`; absent when the release is the program itself. */
  readonly member?: string;
}

/** Tools that one `go build` makes. */
export interface BuildGroup {
  readonly name: string;
  readonly module: string;
  readonly moduleVersion: string;
  /** Linker variables that the project's own release sets. */
  readonly variables: Readonly<Record<string, string>>;
  /** A module whose go.mod replaces its parts by folders of its repository (`=> ./staging/…`), published as this version. */
  readonly stagingVersion?: string;
  /** For the estimate before anything is known: packages, and CPU seconds with nothing compiled (measured, see docs). */
  readonly estimate: { readonly packages: number; readonly cpuSeconds: number };
}

export interface Tool {
  readonly name: ToolName;
  readonly version: string;
  /** Arguments that make it print its version, and what it prints then. */
  readonly versionArgs: readonly string[];
  readonly versionText: string;
  readonly group: BuildGroup;
  /** Package of its `main`. */
  readonly package: string;
  release(hosts: ReleaseHosts, platform: Platform): Release;
}

const KUBERNETES = '1.37.2';
const ETCD = '3.7.3';
const TOXIPROXY = '2.12.0';

const [major, minor, patch] = KUBERNETES.split('.');
const kubernetesBuild = {
  module: 'k8s.io/kubernetes',
  moduleVersion: `v${KUBERNETES}`,
  stagingVersion: `v0.${minor}.${patch}`,
  variables: {
    'k8s.io/component-base/version.gitVersion': `v${KUBERNETES}`,
    'k8s.io/component-base/version.gitMajor': major!,
    'k8s.io/component-base/version.gitMinor': minor!,
  },
};

const controlPlaneGroup: BuildGroup = {
  name: 'kubernetes',
  ...kubernetesBuild,
  estimate: { packages: 2_450, cpuSeconds: 1_080 },
};
const kubectlGroup: BuildGroup = { name: 'kubectl', ...kubernetesBuild, estimate: { packages: 920, cpuSeconds: 170 } };
/** A group of its own: most of it is compiled with the control plane, and who needs no real node need not wait for it. */
const nodeGroup: BuildGroup = {
  name: 'kubernetes-node',
  ...kubernetesBuild,
  estimate: { packages: 1_900, cpuSeconds: 700 },
};
const etcdGroup: BuildGroup = {
  name: 'etcd',
  module: 'go.etcd.io/etcd/server/v3',
  moduleVersion: `v${ETCD}`,
  variables: {},
  estimate: { packages: 565, cpuSeconds: 45 },
};
const toxiproxyGroup: BuildGroup = {
  name: 'toxiproxy',
  module: 'github.com/Shopify/toxiproxy/v2',
  moduleVersion: `v${TOXIPROXY}`,
  variables: { 'github.com/Shopify/toxiproxy/v2.Version': TOXIPROXY },
  estimate: { packages: 270, cpuSeconds: 30 },
};

function kubernetes(name: ToolName, group: BuildGroup, version: Pick<Tool, 'versionArgs' | 'versionText'>): Tool {
  return {
    name,
    version: KUBERNETES,
    ...version,
    group,
    package: `k8s.io/kubernetes/cmd/${name}`,
    release(hosts, { os, arch }) {
      const url = `${hosts.kubernetes}/release/v${KUBERNETES}/bin/${os}/${arch}/${name}`;
      return { url, checksumUrl: `${url}.sha256` };
    },
  };
}

const serverVersion = { versionArgs: ['--version'], versionText: `Kubernetes v${KUBERNETES}` };

export const catalogue: Readonly<Record<ToolName, Tool>> = {
  etcd: {
    name: 'etcd',
    version: ETCD,
    versionArgs: ['--version'],
    versionText: `etcd Version: ${ETCD}`,
    group: etcdGroup,
    package: 'go.etcd.io/etcd/server/v3',
    release({ github }, { os, arch }) {
      const folder = `${github}/etcd-io/etcd/releases/download/v${ETCD}`;
      const name = `etcd-v${ETCD}-${os}-${arch}`;
      return { url: `${folder}/${name}.tar.gz`, checksumUrl: `${folder}/SHA256SUMS`, member: `${name}/etcd` };
    },
  },
  'kube-apiserver': kubernetes('kube-apiserver', controlPlaneGroup, serverVersion),
  'kube-controller-manager': kubernetes('kube-controller-manager', controlPlaneGroup, serverVersion),
  'kube-scheduler': kubernetes('kube-scheduler', controlPlaneGroup, serverVersion),
  kubelet: kubernetes('kubelet', nodeGroup, serverVersion),
  'kube-proxy': kubernetes('kube-proxy', nodeGroup, serverVersion),
  kubectl: kubernetes('kubectl', kubectlGroup, {
    versionArgs: ['version', '--client'],
    versionText: `Client Version: v${KUBERNETES}`,
  }),
  'toxiproxy-server': {
    name: 'toxiproxy-server',
    version: TOXIPROXY,
    versionArgs: ['-version'],
    versionText: `toxiproxy-server version ${TOXIPROXY}`,
    group: toxiproxyGroup,
    package: 'github.com/Shopify/toxiproxy/v2/cmd/server',
    release({ github }, { os, arch }) {
      const folder = `${github}/Shopify/toxiproxy/releases/download/v${TOXIPROXY}`;
      return { url: `${folder}/toxiproxy-server-${os}-${arch}`, checksumUrl: `${folder}/checksums.txt` };
    },
  },
};
