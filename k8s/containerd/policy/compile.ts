import { type Block, ipv4Block } from './address.ts';
import type { Namespace, Pod, Policy, PolicyPeer, PolicyPort, PolicyRule, PolicyType, Protocol } from './objects.ts';
import type { Element, Field, RuleDefinition, Ruleset, SetDefinition, Statement } from './ruleset.ts';
import { selects } from './selector.ts';

export interface CompileOptions {
  readonly policies: readonly Policy[];
  readonly pods: readonly Pod[];
  readonly namespaces: readonly Namespace[];
  /** The node that the ruleset is for: only its pods' walls stand here, those of the others stand on their nodes. */
  readonly node: string;
  /** The addresses that this node gives to pods. */
  readonly podCidr: string;
}

interface Known {
  readonly pod: Pod;
  readonly ip: string;
}

/**
 * NetworkPolicies as rules for what this node passes on: https://kubernetes.io/docs/concepts/services-networking/network-policies/.
 * A pod is isolated in a direction by the first policy that selects it for that direction; then only what some policy
 * allows may begin. What a node itself sends or gets is never passed on and so never judged, as the API wants it.
 *
 * Beyond the API, and always to the closed side: an address of this node's that belongs to no pod the API has told of
 * reaches nothing yet, so that a new pod is not free until its walls stand; and there is no IPv6 here, whose link-local
 * addresses would lead around every wall.
 */
export function compile({ policies, pods, namespaces, node, podCidr }: CompileOptions): Ruleset {
  const known = pods.flatMap((pod) => addressesOf(pod).map((ip): Known => ({ pod, ip })));
  const own = known.filter(({ pod }) => pod.spec.nodeName === node);
  const block = ipv4Block(podCidr)!;
  const make = new Maker(known, new Map(namespaces.map((each) => [each.metadata.name, each])));
  make.set({ name: 'own', type: 'ipv4_addr', elem: unique(own.map(({ ip }) => ip)) });
  make.set({
    name: 'own-to-itself',
    type: ['ipv4_addr', 'ipv4_addr'],
    elem: unique(own.map(({ ip }) => ip)).map((ip) => ({ concat: [ip, ip] })),
  });
  const isolated = (direction: PolicyType) => {
    const chosen = policies.filter((policy) => typesOf(policy).includes(direction));
    return unique(own.filter(({ pod }) => chosen.some((policy) => applies(policy, pod))).map(({ ip }) => ip));
  };
  for (const direction of ['Egress', 'Ingress'] as const) {
    make.set({ name: `${chainOf(direction)}-isolated`, type: 'ipv4_addr', elem: isolated(direction) });
    for (const [index, policy] of policies.entries()) {
      if (!typesOf(policy).includes(direction)) continue;
      make.policy({ policy, index, direction, own: own.filter(({ pod }) => applies(policy, pod)) });
    }
    make.rule(chainOf(direction), [{ counter: null }, { drop: null }], 'no policy allows it');
  }
  const forward = (comment: string, ...expr: Statement[]): RuleDefinition => ({ chain: 'forward', comment, expr });
  const ours = { prefix: block };
  return {
    sets: make.sets,
    chains: ['egress', 'ingress'],
    rules: [
      forward(
        'what was allowed to begin',
        { match: { op: 'in', left: { ct: { key: 'state' } }, right: { set: ['established', 'related'] } } },
        { accept: null },
      ),
      forward(
        'no pod has an IPv6 address',
        { match: { op: '==', left: { meta: { key: 'nfproto' } }, right: 'ipv6' } },
        { counter: null },
        { drop: null },
      ),
      forward('a pod reaches itself', matching({ concat: [source, destination] }, '@own-to-itself'), { accept: null }),
      forward(
        'from no pod that is known',
        matching(source, ours),
        not(source, '@own'),
        { counter: null },
        { drop: null },
      ),
      forward(
        'to no pod that is known',
        matching(destination, ours),
        not(destination, '@own'),
        { counter: null },
        { drop: null },
      ),
      forward('', matching(source, '@egress-isolated'), { jump: { target: 'egress' } }),
      forward('', matching(destination, '@ingress-isolated'), { jump: { target: 'ingress' } }),
      ...make.rules,
    ],
  };
}

const source: Field = { payload: { protocol: 'ip', field: 'saddr' } };
const destination: Field = { payload: { protocol: 'ip', field: 'daddr' } };
type Match = Extract<Statement, { match: unknown }>;
type Matched = Match['match'];
const matching = (left: Matched['left'], right: Matched['right']): Match => ({ match: { op: '==', left, right } });
const not = (left: Matched['left'], right: Matched['right']): Match => ({ match: { op: '!=', left, right } });
const inBlock = (field: Field, block: Block): Match[] => (block.len === 0 ? [] : [matching(field, { prefix: block })]);

interface PolicyOptions {
  readonly policy: Policy;
  readonly index: number;
  readonly direction: PolicyType;
  /** Pods of this node that the policy selects. */
  readonly own: readonly Known[];
}

/** Collects sets and rules. */
class Maker {
  readonly sets: SetDefinition[] = [];
  readonly rules: RuleDefinition[] = [];
  readonly #known: readonly Known[];
  readonly #namespaces: ReadonlyMap<string, Namespace>;

  constructor(known: readonly Known[], namespaces: ReadonlyMap<string, Namespace>) {
    this.#known = known;
    this.#namespaces = namespaces;
  }

  set(set: SetDefinition): string {
    this.sets.push(set);
    return `@${set.name}`;
  }

  rule(chain: string, expr: readonly Statement[], comment = ''): void {
    this.rules.push({ chain, comment, expr });
  }

  policy({ policy, index, direction, own }: PolicyOptions): void {
    if (own.length === 0) return;
    const chain = chainOf(direction);
    const name = `${chain}-${index}`;
    const [near, far] = direction === 'Ingress' ? [destination, source] : [source, destination];
    const selected = matching(near, this.set({ name, type: 'ipv4_addr', elem: unique(own.map(({ ip }) => ip)) }));
    const { namespace } = policy.metadata;
    const rules = (direction === 'Ingress' ? policy.spec.ingress : policy.spec.egress) ?? [];
    for (const [number, rule] of rules.entries()) {
      const of = `${name}-${number}`;
      const ports = this.#ports(rule.ports ?? [], of, direction === 'Ingress' ? own : this.#known);
      for (const peer of this.#peers(peersOf(rule, direction), { namespace, of, far }))
        for (const port of ports)
          this.rule(
            chain,
            [selected, ...peer, ...port, { counter: null }, { return: null }],
            `${namespace}/${policy.metadata.name} rule ${number}`,
          );
    }
  }

  /** Alternatives, each a conjunction; the empty conjunction matches all. */
  #peers(
    peers: readonly PolicyPeer[],
    { namespace, of, far }: { readonly namespace: string; readonly of: string; readonly far: Field },
  ): Match[][] {
    if (peers.length === 0) return [[]];
    const chosen = peers.filter(({ ipBlock }) => !ipBlock);
    const addresses = this.#known.filter(({ pod }) => chosen.some((peer) => this.#isPeer(peer, pod, namespace)));
    const blocks = peers.flatMap(({ ipBlock }) => {
      const block = ipBlock && ipv4Block(ipBlock.cidr);
      if (!block) return [];
      const except = (ipBlock.except ?? []).flatMap((cidr) => ipv4Block(cidr) ?? []);
      return except.some(({ len }) => len === 0)
        ? []
        : [[...inBlock(far, block), ...except.map((each) => not(far, { prefix: each }))]];
    });
    if (addresses.length === 0) return blocks;
    const set = this.set({ name: `${of}-peers`, type: 'ipv4_addr', elem: unique(addresses.map(({ ip }) => ip)) });
    return [[matching(far, set)], ...blocks];
  }

  #isPeer({ podSelector, namespaceSelector }: PolicyPeer, { metadata }: Pod, home: string): boolean {
    if (!podSelector && !namespaceSelector) return false;
    const inPlace = namespaceSelector
      ? this.#namespaces.has(metadata.namespace) &&
        selects(namespaceSelector, this.#namespaces.get(metadata.namespace)!.metadata.labels)
      : metadata.namespace === home;
    return inPlace && selects(podSelector ?? {}, metadata.labels);
  }

  /** Alternatives, each a conjunction. A name stands for what the pod at the destination calls so. */
  #ports(ports: readonly PolicyPort[], of: string, destinations: readonly Known[]): Match[][] {
    if (ports.length === 0) return [[]];
    return ports.flatMap(({ protocol = 'TCP', port, endPort }, number): Match[][] => {
      const layer = protocol.toLowerCase() as Lowercase<Protocol>;
      const field: Field = { payload: { protocol: layer, field: 'dport' } };
      if (port === undefined) return [[matching({ meta: { key: 'l4proto' } }, layer)]];
      if (typeof port === 'number') return [[matching(field, endPort ? { range: [port, endPort] } : port)]];
      const elem = destinations.flatMap(({ pod, ip }): Element[] =>
        portsNamed(pod, port, protocol).map((found) => ({ concat: [ip, found] })),
      );
      if (elem.length === 0) return [];
      const name = `${of}-port-${number}`;
      const set = this.set({ name, type: ['ipv4_addr', 'inet_service'], elem: unique(elem) });
      return [[matching({ concat: [destination, field] }, set)]];
    });
  }
}

const chainOf = (direction: PolicyType) => direction.toLowerCase() as Lowercase<PolicyType>;

/** As the API server fills it in: always Ingress, and Egress where there are such rules. */
const typesOf = ({ spec }: Policy): readonly PolicyType[] =>
  spec.policyTypes ?? (spec.egress && spec.egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress']);

const applies = ({ metadata, spec }: Policy, pod: Pod): boolean =>
  metadata.namespace === pod.metadata.namespace && selects(spec.podSelector ?? {}, pod.metadata.labels);

const peersOf = (rule: PolicyRule, direction: PolicyType): readonly PolicyPeer[] =>
  (direction === 'Ingress' ? rule.from : rule.to) ?? [];

/** None of a pod that is over, whose address may be another's, or that has its node's. */
function addressesOf({ spec, status }: Pod): string[] {
  if (spec.hostNetwork || status?.phase === 'Succeeded' || status?.phase === 'Failed') return [];
  const all = [...(status?.podIPs ?? []).map(({ ip }) => ip), status?.podIP ?? ''];
  return unique(all.filter((ip) => ipv4Block(ip) && ip !== ''));
}

const portsNamed = ({ spec }: Pod, name: string, protocol: Protocol): number[] =>
  [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ ports = [] }) =>
    ports
      .filter((port) => port.name === name && (port.protocol ?? 'TCP') === protocol)
      .map((port) => port.containerPort),
  );

/** The kernel refuses an element that is named twice. */
function unique<T>(all: readonly T[]): T[] {
  return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
}
