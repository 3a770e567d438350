/** A Kubernetes node in a container, of our image `node`. */
import { GenericContainer, PullPolicy } from 'testcontainers';
import type { NodeConfig } from '#k8s/containerd/config.ts';
import { nodePlaces, places } from '#k8s/containerd/config.ts';
import { PROXY_USER } from '#k8s/containerd/inside/nodes.ts';
import type { NodeLayout } from '#k8s/containerd/layout.ts';
import { cniConfig, containerdConfig, kubeletConfig, kubeletFlags, proxyFlags } from '#k8s/containerd/node/files.ts';
import { SYSCTLS } from '#k8s/containerd/node/mounts.ts';
import { kubeconfig } from '#k8s/local/control-plane/kubeconfig.ts';
import type { Pki } from '#k8s/local/control-plane/pki.ts';

const FOLDER = '/node';

export interface NodeContainerOptions {
  readonly image: string;
  readonly layout: NodeLayout;
  readonly network: string;
  readonly pki: Pki;
  readonly server: string;
  /** Of the pods, beneath each hierarchy's root. */
  readonly cgroup: string;
  /** Archives of the images that the node has. */
  readonly archives: readonly string[];
}

/**
 * All rights but CAP_SYS_RESOURCE, which a container's own Docker may lack; `privileged` would ask for it. It sees the
 * host's cgroups, where the pods' go, and of the host's kernel what a kubelet reads.
 */
export class NodeContainer extends GenericContainer {
  constructor(options: NodeContainerOptions) {
    super(options.image);
    const { layout, network, archives } = options;
    Object.assign(this.hostConfig, {
      CapAdd: ['ALL'],
      CapDrop: ['SYS_RESOURCE'],
      SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined'],
      MaskedPaths: [],
      ReadonlyPaths: [],
      CgroupnsMode: 'host',
      DeviceCgroupRules: ['a *:* rwm'],
      Devices: [{ PathOnHost: '/dev/kmsg', PathInContainer: '/dev/kmsg', CgroupPermissions: 'rwm' }],
      Binds: [
        '/sys/fs/cgroup:/sys/fs/cgroup:rw',
        ...archives.map((archive, index) => `${archive}:/images/${index}.tar:ro`),
      ],
      Tmpfs: { '/run': 'exec,mode=755' },
    });
    Object.assign(this.createOpts, {
      // An overlay does not lie on another, and containerd's are in here.
      Volumes: { [FOLDER]: {} },
      NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: layout.address } } } },
    });
    this.withNetworkMode(network)
      .withHostname(layout.name)
      .withPullPolicy(PullPolicy.neverPull())
      .withCopyContentToContainer(Object.entries(filesOf(options)).map(([target, content]) => ({ target, content })));
  }
}

function filesOf({ layout, pki, server, cgroup }: NodeContainerOptions): Readonly<Record<string, string>> {
  const config: NodeConfig = { layout, others: [], folder: FOLDER, stateDir: FOLDER, cgroup, reservedMemoryBytes: 0 };
  const at = nodePlaces(FOLDER);
  const own = pki.nodes.get(layout.name)!;
  const user = { context: 'containers', server, ca: pki.ca };
  return {
    [at.containerdConfig]: containerdConfig(at),
    [`${at.cni}/10-faultflix.conflist`]: JSON.stringify(cniConfig(config)),
    [at.kubeletConfig]: JSON.stringify(kubeletConfig(config)),
    [`${FOLDER}/kubelet.flags`]: kubeletFlags(config).join('\n'),
    [`${FOLDER}/kube-proxy.flags`]: proxyFlags(config).join('\n'),
    [at.certificate]: own.server.cert,
    [at.key]: own.server.key,
    [at.kubeconfig]: kubeconfig({ ...user, user: `system:node:${layout.name}`, credential: own.client }),
    [at.proxyKubeconfig]: kubeconfig({ ...user, user: PROXY_USER, credential: pki.clients.get(PROXY_USER)! }),
    [places(FOLDER).pki('ca.crt')]: pki.ca,
    [at.resolvConf]: '',
    ...Object.fromEntries(Object.entries(SYSCTLS).map(([name, value]) => [`${at.sysctls}/${name}`, `${value}\n`])),
  };
}
