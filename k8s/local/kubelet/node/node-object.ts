import { arch, cpus, release, totalmem } from 'node:os';
import { labels, regions, zonesOf } from '#base/names.ts';
import { imageNames } from '../../images.ts';
import { nodeAddress } from '../addresses.ts';
import { timeOf } from '../lifecycle/status.ts';

export interface NodeSpec {
  readonly name: string;
  readonly region: string;
  readonly zone: string;
  /** 10.<block>.255.x, as the API shows it. */
  readonly address: string;
}

/** The nodes that the kubelet plays: one a zone. */
export function localNodes(block: number): readonly NodeSpec[] {
  return regions
    .flatMap((region) => zonesOf(region).map((zone) => ({ name: `${zone}-1`, region, zone })))
    .map((node, index) => ({ ...node, address: nodeAddress(block, index) }));
}

export interface Machine {
  readonly cores: number;
  readonly memoryBytes: number;
}

export const thisMachine = (): Machine => ({ cores: cpus().length, memoryBytes: totalmem() });

/**
 * What each node has to give. Memory is split, since it cannot be shared; a core can, so each node shows all of them
 * and the kernel's scheduler divides the time.
 */
export function capacityOf({ cores, memoryBytes }: Machine, nodes: number): Readonly<Record<string, string>> {
  const memoryKi = Math.floor(memoryBytes / nodes / 1024);
  return { cpu: String(cores), memory: `${memoryKi}Ki`, pods: '110', 'ephemeral-storage': '100Gi' };
}

export interface NodeStatusInput {
  readonly node: NodeSpec;
  readonly capacity: Readonly<Record<string, string>>;
  /** Where the kubelet's own server listens. */
  readonly kubelet: { readonly address: string; readonly port: number };
  readonly nowMs: number;
  readonly startedAtMs: number;
  readonly version: string;
  readonly machineId: string;
}

export function nodeStatus({
  node,
  capacity,
  kubelet,
  nowMs,
  startedAtMs,
  version,
  machineId,
}: NodeStatusInput): object {
  const condition = (type: string, status: boolean, reason: string, message: string) => ({
    type,
    status: status ? 'True' : 'False',
    reason,
    message,
    lastHeartbeatTime: timeOf(nowMs),
    lastTransitionTime: timeOf(startedAtMs),
  });
  return {
    capacity,
    allocatable: capacity,
    addresses: [
      { type: 'InternalIP', address: node.address },
      // Where the API server finds the kubelet: all nodes have one, and its address stands where a host name would.
      { type: 'Hostname', address: kubelet.address },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: kubelet.port } },
    nodeInfo: {
      machineID: machineId,
      systemUUID: machineId,
      bootID: machineId,
      kernelVersion: release(),
      osImage: 'Faultflix local node (processes of this machine)',
      containerRuntimeVersion: 'faultflix://1',
      kubeletVersion: version,
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: architecture(),
    },
    // Exec and attach reach this kubelet as WebSockets, without a translation to SPDY in the API server.
    declaredFeatures: ['ExtendWebSocketsToKubelet'],
    images: imageNames.map((name) => ({ names: [name], sizeBytes: 0 })),
    conditions: [
      condition('MemoryPressure', false, 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
      condition('DiskPressure', false, 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
      condition('PIDPressure', false, 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
      condition('Ready', true, 'KubeletReady', 'kubelet is posting ready status'),
    ],
  };
}

export function nodeMetadata(node: NodeSpec): { name: string; labels: Record<string, string> } {
  return {
    name: node.name,
    labels: {
      'kubernetes.io/hostname': node.name,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': architecture(),
      'beta.kubernetes.io/os': 'linux',
      'beta.kubernetes.io/arch': architecture(),
      'node.kubernetes.io/instance-type': 'faultflix-local',
      [labels.nodeRegion]: node.region,
      [labels.nodeZone]: node.zone,
    },
  };
}

/** Go's name of the machine's architecture, as node labels have it. */
const architecture = () => (arch() === 'x64' ? 'amd64' : arch());
