import fc from 'fast-check';
import type { LabelSelector, Namespace, Pod, Policy, PolicyPeer, PolicyPort, PolicyRule } from '../objects.ts';
import type { Attempt, World } from './reference.ts';

/** Small clusters, with few names, so that selectors meet what they select. */
export const NODES = ['one', 'two'] as const;
export const cidrOf = (node: string): string => `10.200.${NODES.indexOf(node as 'one')}.0/24`;
const OUTSIDE = ['10.251.0.1', '8.8.8.8', '10.200.7.7'];
export const PORTS = [80, 443, 8080, 9091, 9094];
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;

const namespaceName = fc.constantFrom('a', 'b', 'c');
const key = fc.constantFrom('app', 'tier');
const value = fc.constantFrom('x', 'y');
const labels = fc.dictionary(key, value, { maxKeys: 2 });
const selector: fc.Arbitrary<LabelSelector> = fc.oneof(
  fc.constant({}),
  fc.record({ matchLabels: labels }),
  fc.record({
    matchExpressions: fc.array(
      fc.oneof(
        fc.record({
          key,
          operator: fc.constantFrom('In' as const, 'NotIn' as const),
          values: fc.array(value, { minLength: 1, maxLength: 2 }),
        }),
        fc.record({ key, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const) }),
      ),
      { maxLength: 2 },
    ),
  }),
);

const port: fc.Arbitrary<PolicyPort> = fc.oneof(
  fc.constant({}),
  fc.record({ protocol: fc.constantFrom(...PROTOCOLS) }),
  fc.record({ port: fc.constantFrom(...PORTS) }),
  fc.record({ port: fc.constantFrom(...PORTS), protocol: fc.constantFrom(...PROTOCOLS) }),
  fc.record({ port: fc.constantFrom('web', 'grpc'), protocol: fc.constantFrom('TCP' as const, 'UDP' as const) }),
  fc.constant({ port: 9091, endPort: 9094 }),
  fc.constant({ port: 80, endPort: 8080, protocol: 'UDP' as const }),
);

const block = fc.constantFrom('10.200.0.0/16', '10.200.1.0/24', '10.200.0.9/29', '0.0.0.0/0', '8.8.8.8/32', 'fd00::/8');
const peer: fc.Arbitrary<PolicyPeer> = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({ namespaceSelector: selector }),
  fc.record({ podSelector: selector, namespaceSelector: selector }),
  fc.record({ ipBlock: fc.record({ cidr: block, except: fc.array(block, { maxLength: 2 }) }) }),
  fc.record({ ipBlock: fc.record({ cidr: block }) }),
);

const some = <T>(of: fc.Arbitrary<T>) => fc.option(fc.array(of, { maxLength: 2 }), { nil: undefined });
const rule: fc.Arbitrary<PolicyRule> = fc
  .record({ ports: some(port), from: some(peer), to: some(peer) })
  .map((made) => defined(made) as PolicyRule);
export const policyOf = (place: fc.Arbitrary<string>): fc.Arbitrary<Policy> =>
  fc.record({
    metadata: fc.record({ name: fc.constantFrom('p', 'q'), namespace: place }),
    spec: fc
      .record({
        podSelector: selector,
        policyTypes: fc.constantFrom(undefined, ['Ingress'], ['Egress'], ['Ingress', 'Egress']),
        ingress: some(rule),
        egress: some(rule),
      })
      .map((made) => defined(made) as Policy['spec']),
  });

const namespace: fc.Arbitrary<Namespace> = fc.record({ metadata: fc.record({ name: namespaceName, labels }) });

const containerPort = fc.record({
  name: fc.constantFrom('web', 'grpc'),
  containerPort: fc.constantFrom(...PORTS),
  protocol: fc.constantFrom('TCP' as const, 'UDP' as const),
});
const pods: fc.Arbitrary<Pod[]> = fc
  .array(
    fc.record({
      namespace: namespaceName,
      labels,
      nodeName: fc.constantFrom(...NODES),
      ports: fc.array(containerPort, { maxLength: 2 }),
      initPorts: fc.array(containerPort, { maxLength: 1 }),
      phase: fc.constantFrom('Running', 'Running', 'Running', 'Pending', 'Succeeded'),
      hostNetwork: fc.constantFrom(false, false, false, true),
    }),
    { minLength: 2, maxLength: 7 },
  )
  .map((made) =>
    made.map(({ namespace, labels, nodeName, ports, initPorts, phase, hostNetwork }, index) => ({
      metadata: { name: `pod-${index}`, namespace, labels },
      spec: { nodeName, hostNetwork, containers: [{ ports }], initContainers: [{ ports: initPorts }] },
      status: { phase, podIP: `10.200.${NODES.indexOf(nodeName)}.${index + 2}` },
    })),
  );

/** Two attempts of three go between pods of the world. */
export const worldAndAttempt: fc.Arbitrary<{ world: World; attempt: Attempt }> = fc
  .record({
    policies: fc.array(policyOf(namespaceName), { maxLength: 4 }),
    pods,
    namespaces: fc.uniqueArray(namespace, { selector: ({ metadata }) => metadata.name, maxLength: 3 }),
  })
  .chain((world) => {
    const ips = world.pods.map(({ status }) => status!.podIP!);
    const end = fc.oneof({ arbitrary: fc.constantFrom(...ips), weight: 5 }, fc.constantFrom(...OUTSIDE));
    return fc.record({
      world: fc.constant(world),
      attempt: fc.record({
        from: end,
        to: end,
        protocol: fc.constantFrom(...PROTOCOLS),
        port: fc.constantFrom(...PORTS),
      }),
    });
  });

const defined = (made: object): object => Object.fromEntries(Object.entries(made).filter(([, of]) => of !== undefined));
