import type { LabelSelector, Labels, Namespace, Pod, Policy, PolicyPeer, PolicyPort } from '../objects.ts';

/**
 * NetworkPolicies as their documentation tells them, word for word and one connection at a time: for the tests, so that
 * the compiler is held against something that shares no line with it.
 */
export interface Attempt {
  readonly from: string;
  readonly to: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
}

export interface World {
  readonly policies: readonly Policy[];
  readonly pods: readonly Pod[];
  readonly namespaces: readonly Namespace[];
}

/** Whether a connection between two addresses may begin, at those of its ends that stand on this node. */
export function allowed(world: World, node: string, { from, to, protocol, port }: Attempt): boolean {
  if (from === to) return true; // "a Pod cannot block access to itself"
  const sender = world.pods.find((pod) => live(pod) && pod.status?.podIP === from);
  const receiver = world.pods.find((pod) => live(pod) && pod.status?.podIP === to);
  const ports = { protocol, port, receiver };
  for (const direction of ['Egress', 'Ingress'] as const) {
    const subject = direction === 'Egress' ? sender : receiver;
    if (!subject || subject.spec.nodeName !== node) continue;
    const applying = world.policies.filter((policy) => {
      const types = policy.spec.policyTypes ?? (policy.spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress']);
      return (
        types.includes(direction) &&
        policy.metadata.namespace === subject.metadata.namespace &&
        chosen(policy.spec.podSelector, subject.metadata.labels)
      );
    });
    if (applying.length === 0) continue; // "non-isolated: all connections are allowed"
    const [otherPod, otherIp] = direction === 'Egress' ? [receiver, to] : [sender, from];
    const someRule = applying.some(({ metadata, spec }) =>
      (direction === 'Egress' ? (spec.egress ?? []) : (spec.ingress ?? [])).some((rule) => {
        const peers = (direction === 'Egress' ? rule.to : rule.from) ?? [];
        const atPeer =
          peers.length === 0 || peers.some((peer) => isPeer(world, peer, metadata.namespace, otherPod, otherIp));
        const atPort = !rule.ports || rule.ports.length === 0 || rule.ports.some((each) => isPort(each, ports));
        return atPeer && atPort;
      }),
    );
    if (!someRule) return false;
  }
  return true;
}

const live = ({ spec, status }: Pod): boolean =>
  !spec.hostNetwork && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';

function isPeer(
  world: World,
  { ipBlock, podSelector, namespaceSelector }: PolicyPeer,
  home: string,
  pod: Pod | undefined,
  ip: string,
): boolean {
  if (ipBlock) return inCidr(ip, ipBlock.cidr) && !(ipBlock.except ?? []).some((except) => inCidr(ip, except));
  if (!pod) return false;
  const namespace = world.namespaces.find(({ metadata }) => metadata.name === pod.metadata.namespace);
  if (namespaceSelector && podSelector)
    return (
      namespace !== undefined &&
      chosen(namespaceSelector, namespace.metadata.labels) &&
      chosen(podSelector, pod.metadata.labels)
    );
  if (namespaceSelector) return namespace !== undefined && chosen(namespaceSelector, namespace.metadata.labels);
  return podSelector !== undefined && pod.metadata.namespace === home && chosen(podSelector, pod.metadata.labels);
}

function isPort(
  { protocol = 'TCP', port, endPort }: PolicyPort,
  attempt: { readonly protocol: string; readonly port: number; readonly receiver: Pod | undefined },
): boolean {
  if (protocol !== attempt.protocol) return false;
  if (port === undefined) return true;
  if (typeof port === 'number')
    return endPort === undefined ? attempt.port === port : attempt.port >= port && attempt.port <= endPort;
  const { receiver } = attempt;
  if (!receiver) return false;
  for (const container of [...receiver.spec.containers, ...(receiver.spec.initContainers ?? [])])
    for (const each of container.ports ?? [])
      if (each.name === port && (each.protocol ?? 'TCP') === protocol && each.containerPort === attempt.port)
        return true;
  return false;
}

function chosen(selector: LabelSelector | undefined, labels: Labels | undefined): boolean {
  for (const [key, value] of Object.entries(selector?.matchLabels ?? {})) if (labels?.[key] !== value) return false;
  for (const { key, operator, values } of selector?.matchExpressions ?? []) {
    const value = labels?.[key];
    if (operator === 'Exists' && value === undefined) return false;
    if (operator === 'DoesNotExist' && value !== undefined) return false;
    if (operator === 'In' && (value === undefined || !values?.includes(value))) return false;
    if (operator === 'NotIn' && value !== undefined && values?.includes(value)) return false;
  }
  return true;
}

/** By the bits as text: slow and plain. */
function inCidr(ip: string, cidr: string): boolean {
  const [network, length] = cidr.split('/');
  if (network!.includes(':')) return false;
  const bits = (address: string) =>
    address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  return bits(ip).slice(0, Number(length)) === bits(network!).slice(0, Number(length));
}
