/** What the rest of the repository relies on, held against the rendered manifests. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { CHAOS_NAMESPACE, type Door, innerPorts, labels, listener, places, protocols, regions } from '#base/names.ts';
import { overlays, renderedPath } from './render.ts';

interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: ReadonlyArray<{ readonly name: string }>;
  readonly restartPolicy?: string;
  readonly securityContext?: { readonly readOnlyRootFilesystem?: boolean; readonly allowPrivilegeEscalation?: boolean };
  readonly resources?: { readonly requests?: object; readonly limits?: object };
  readonly ports?: ReadonlyArray<{ readonly name: string; readonly containerPort: number }>;
  readonly [probe: `${string}Probe`]: unknown;
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
  // biome-ignore lint/suspicious/noExplicitAny: each kind has its own
  readonly spec?: any;
  readonly rules?: ReadonlyArray<{ readonly resources: readonly string[]; readonly verbs: readonly string[] }>;
}

interface Ingress {
  readonly ports: ReadonlyArray<{ readonly port: number; readonly endPort?: number }>;
  readonly from?: readonly object[];
}

const root = join(import.meta.dirname, '..');
const read = async (overlay: string) =>
  parseAllDocuments(await readFile(join(root, renderedPath(overlay)), 'utf8')).map((doc) => doc.toJS() as Manifest);
const manifests = await read('local');
const ofKind = (kind: string) => manifests.filter((manifest) => manifest.kind === kind);
const named = ({ metadata: { namespace, name } }: Manifest) => `${namespace}/${name}`;
const inRegion = (manifest: Manifest) => [...regions, 'global'].includes(manifest.metadata.namespace ?? '');
const services = ofKind('Deployment').filter(inRegion);
const workloads = [...ofKind('Deployment'), ...ofKind('DaemonSet')];

describe('the manifests', () => {
  it('are the services of the product where they belong, the controller and the wardens', () => {
    const expected = ['us-east-1', 'us-west-2'].flatMap((region) =>
      ['billing', 'catalog', 'edge', 'email', 'gateway', 'origin', 'playback', 'recommendations', 'store', 'users'].map(
        (service) => `${region}/${service}`,
      ),
    );
    const elsewhere = ['ap-south-1/edge', 'ap-south-1/store', 'global/card-network', 'global/mailbox', 'global/router'];
    assert.deepEqual(services.map(named).sort(), [...expected, ...elsewhere].sort());
    const ones = ['card-network', 'email', 'mailbox', 'origin', 'store']; // one a region: docs/architecture.md, "The whole platform"
    for (const { metadata, spec } of services) assert.equal(spec.replicas, ones.includes(metadata.name) ? 1 : 2);
    assert.deepEqual(workloads.filter((workload) => !inRegion(workload)).map(named), [
      'chaos/controller',
      'chaos/warden',
    ]);
  });

  it('start programs that are there', () => {
    for (const workload of workloads)
      for (const { args = [] } of workload.spec.template.spec.containers as Container[])
        assert(existsSync(join(root, args[0]!)), `${named(workload)}: ${args[0]}`);
  });

  for (const service of services)
    it(`${named(service)} has its sidecar, probes, identity, place and opt-in`, () => {
      const { metadata, spec } = service.spec.template;
      const region = service.metadata.namespace!;
      assert.equal(metadata.labels[labels.service], service.metadata.name);
      assert.equal(metadata.labels[labels.region], region);
      assert.equal(metadata.labels[labels.chaosOptIn], 'enabled');
      const [sidecar] = spec.initContainers as Container[];
      assert.equal(sidecar?.image, 'faultflix.local/toxiproxy:dev');
      assert.equal(sidecar.restartPolicy, 'Always');
      assert.equal(sidecar.ports?.[0]?.containerPort, innerPorts.toxiproxy);
      const [container] = spec.containers as Container[];
      for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const)
        assert(container![probe], probe);
      assert.equal(container!.ports?.find(({ name }) => name === 'ops')?.containerPort, innerPorts.ops);
      const variables = container!.env!.map(({ name }) => name);
      const needed = [
        'POD_NAME',
        'POD_NAMESPACE',
        'POD_IP',
        'POD_UID',
        'NODE_NAME',
        'FAULTFLIX_REGION',
        'FAULTFLIX_SERVICE',
      ];
      assert.deepEqual(
        needed.filter((name) => !variables.includes(name)),
        [],
      );
      const terms = JSON.stringify(spec.affinity?.nodeAffinity ?? {});
      assert.equal(terms.includes(`"${region}"`), region !== 'global', 'stays on nodes of its region');
      assert.equal(
        spec.topologySpreadConstraints[0].labelSelector.matchLabels[labels.partOf],
        metadata.labels[labels.partOf],
      );
    });

  it('keep every container without privileges and within bounds', () => {
    for (const workload of workloads) {
      const { spec } = workload.spec.template;
      assert.equal(spec.securityContext.runAsNonRoot, true, named(workload));
      assert.equal(spec.securityContext.seccompProfile.type, 'RuntimeDefault', named(workload));
      for (const container of [...(spec.initContainers ?? []), ...spec.containers] as Container[]) {
        const where = `${named(workload)} ${container.name}`;
        assert.equal(container.securityContext?.readOnlyRootFilesystem, true, where);
        assert.equal(container.securityContext.allowPrivilegeEscalation, false, where);
        assert(container.resources?.requests && container.resources.limits, where);
      }
    }
  });

  it('give each service the ports of docs/architecture.md and a disruption budget', () => {
    const listeners = (doors: readonly Door[]) => doors.flatMap((door) => places.map((from) => listener(door, from)));
    const byNumber = (ports: ReadonlyArray<{ name: string; port: number }>) =>
      ports.toSorted((a, b) => a.port - b.port);
    // The store's members find each other before they are ready: by an address book of their own.
    const books = regions.map((region) => `${region}/store-members`);
    assert.deepEqual(
      ofKind('Service').map(named).sort(),
      [...services.map(named).filter((name) => !name.endsWith('/email')), ...books].sort(),
    ); // nobody calls email
    for (const service of ofKind('Service')) {
      assert.equal(service.spec.clusterIP, 'None', named(service));
      const { name } = service.metadata;
      const doors: readonly Door[] = name.startsWith('store')
        ? ['store']
        : name === 'mailbox'
          ? [...protocols, 'smtp']
          : protocols;
      const expected = listeners(doors);
      assert.deepEqual(byNumber(service.spec.ports), byNumber(expected), named(service));
    }
    const budgets = ofKind('PodDisruptionBudget').filter(inRegion);
    assert.deepEqual(budgets.map(named).sort(), services.map(named).sort());
  });

  it('hold every definition of k8s/crds', async () => {
    const files = (await readdir(join(root, 'k8s/crds'))).filter((file) => file.endsWith('.yaml'));
    assert.deepEqual(
      ofKind('CustomResourceDefinition')
        .map(({ metadata }) => `${metadata.name}.yaml`)
        .sort(),
      files.sort(),
    );
  });

  it('let nobody read all secrets or do everything', () => {
    for (const role of [...ofKind('Role'), ...ofKind('ClusterRole')])
      for (const { resources, verbs, ...rule } of role.rules ?? []) {
        assert(!verbs.includes('*') && !resources.includes('*'), role.metadata.name);
        if (resources.includes('secrets')) assert((rule as { resourceNames?: [] }).resourceNames, role.metadata.name);
      }
  });

  it('belong to Faultflix, every one', () => {
    for (const manifest of manifests)
      assert.equal(manifest.metadata.labels?.[labels.partOf], 'faultflix', named(manifest));
  });

  it('shut every namespace to both sides first', () => {
    const shut = ofKind('NetworkPolicy').filter(({ metadata }) => metadata.name === 'default-deny');
    assert.deepEqual(shut.map(({ metadata }) => metadata.namespace).sort(), [...places, CHAOS_NAMESPACE].sort());
    for (const { spec } of shut) assert.deepEqual(spec, { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  });

  it('leave Toxiproxy’s admin API to the wardens, and a listener to callers of its place', () => {
    for (const place of places) {
      const opening = (port: number) =>
        ofKind('NetworkPolicy')
          .filter(({ metadata }) => metadata.namespace === place)
          .flatMap(({ spec }) => (spec.ingress ?? []) as Ingress[])
          .filter(({ ports }) => ports.some((each) => each.port <= port && (each.endPort ?? each.port) >= port))
          .map(({ from }) => JSON.stringify(from));
      const [admin, ...others] = opening(innerPorts.toxiproxy);
      assert.deepEqual(others, []);
      assert.match(admin!, /"warden"/);
      for (const inner of [innerPorts.grpc, innerPorts.https]) assert.deepEqual(opening(inner), []);
      for (const protocol of protocols)
        for (const from of places) {
          const peers = opening(listener(protocol, from).port).filter((peer) => !/"controller"|"load"/.test(peer));
          assert.equal(peers.length, 1);
          assert.match(peers[0]!, new RegExp(`"kubernetes.io/metadata.name":"${from}"`));
        }
    }
  });

  it('bound what every namespace may take', () => {
    for (const kind of ['ResourceQuota', 'LimitRange'])
      assert.deepEqual(
        ofKind(kind)
          .filter(({ metadata }) => metadata.name === 'faultflix-bounds')
          .map(({ metadata }) => metadata.namespace)
          .sort(),
        [...places, CHAOS_NAMESPACE].sort(),
      );
  });

  it('hold every pod to Pod Security restricted', () => {
    for (const { metadata } of ofKind('Namespace'))
      assert.equal(metadata.labels?.['pod-security.kubernetes.io/enforce'], 'restricted', metadata.name);
  });
});

describe('the overlay one-node', async () => {
  const placing = ['affinity', 'topologySpreadConstraints', 'nodeSelector'];
  const podSpecOf = ({ spec }: Manifest): Record<string, unknown> | undefined => spec?.template?.spec;
  const unplaced = (all: readonly Manifest[]) => {
    const copy = structuredClone(all);
    for (const manifest of copy) for (const field of placing) delete podSpecOf(manifest)?.[field];
    return copy;
  };
  const oneNode = await read('one-node');

  it('places no pod on any node', () => {
    for (const manifest of oneNode)
      for (const field of placing) assert.equal(podSpecOf(manifest)?.[field], undefined, named(manifest));
  });

  it('is the same as on many nodes in everything else, the walls included', () => {
    assert.deepEqual(oneNode, unplaced(manifests));
    assert.notDeepEqual(oneNode, manifests);
  });
});

it('every overlay is rendered', () => assert.deepEqual(overlays, ['local', 'one-node']));
