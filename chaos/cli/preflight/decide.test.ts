import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { labels, regions, zonesOf } from '#base/names.ts';
import { parseManifests } from '../deploy/manifest.ts';
import { repository } from '../repository.ts';
import { decide } from './decide.ts';
import type { ClusterFacts, Needs, NodeFact } from './facts.ts';
import { needsOf } from './needs.ts';
import { rightsNeeded, rightsPassedOn, told } from './rights.ts';

const file = 'k8s/rendered/local.yaml';
const manifests = parseManifests(await readFile(join(repository, file), 'utf8'), file);
const needs: Needs = {
  ...needsOf(manifests),
  architecture: 'amd64',
  regionsAsNamespaces: false,
  kubectl: 'kubectl',
};
const node = (name: string, has: Record<string, string> = {}): NodeFact => ({
  name,
  labels: has,
  ready: true,
  schedulable: true,
  kubelet: 'v1.37.2',
  architecture: 'amd64',
  images: needs.images,
});
const at = (region: string, zone: string) => ({ [labels.nodeRegion]: region, [labels.nodeZone]: zone });
const south = node('s', at('ap-south-1', 'ap-south-1a'));
const good: ClusterFacts = {
  version: 'v1.37.2',
  user: 'alice',
  nodes: regions.flatMap((region) => zonesOf(region).map((zone) => node(`${zone}-1`, at(region, zone)))),
  found: [{ kind: 'Namespace', name: 'us-east-1', labels: { [labels.partOf]: 'faultflix' }, deleting: false }],
  denied: [],
  unknownKinds: [],
  refused: [],
  running: [],
  metrics: true,
};
const decided = (facts: Partial<ClusterFacts>, other: Partial<Needs> = {}) =>
  decide({ ...good, ...facts }, { ...needs, ...other });
const told1 = (found: readonly { what: string; todo?: string | undefined }[]) =>
  found.map(({ what, todo }) => `${what}\n${todo}`).join('\n');
const networkNote = 1;

it('a cluster that has all is taken, with its nodes in regions', () => {
  const { refusals, notes, placement } = decided({});
  assert.deepEqual(refusals, []);
  assert.equal(placement, 'local');
  assert.equal(notes.length, networkNote, 'only that NetworkPolicies cannot be asked for');
});

describe('what a cluster lacks is refused, with what to do', () => {
  const partOf = { [labels.partOf]: 'faultflix' };
  const crd = { kind: 'CustomResourceDefinition', name: 'experiments.faultflix.dev', deleting: false };
  const twoPlain = [node('a'), node('b')];
  const cases: ReadonlyArray<readonly [string, Partial<ClusterFacts>, RegExp]> = [
    ['an old version', { version: 'v1.28.15-eks-1' }, /too old.*1\.29 or newer, tested on 1\.37/s],
    ['a version that is none', { version: 'v2.0.0' }, /too old/],
    ['an old kubelet', { nodes: [...good.nodes, { ...node('old'), kubelet: 'v1.27.3' }] }, /old \(v1\.27\.3\)/],
    ['no node', { nodes: [] }, /no node takes pods/],
    ['a node that is not ready', { nodes: [{ ...node('a'), ready: false }] }, /a is not ready/],
    ['tainted nodes', { nodes: [{ ...node('a'), schedulable: false }] }, /a is cordoned or tainted/],
    [
      'nodes without labels',
      { nodes: [...twoPlain, south] },
      /kubectl label node a topology\.kubernetes\.io\/region=us-east-1 topology\.kubernetes\.io\/zone=us-east-1a.kubectl label node b .*us-west-2.*--regions-as-namespaces/s,
    ],
    [
      'a region that lacks',
      { nodes: [node('a', at('us-east-1', 'x')), node('b', at('us-east-1', 'y')), node('c'), south] },
      /us-west-2: no node.*kubectl label node c topology\.kubernetes\.io\/region=us-west-2 /s,
    ],
    [
      'two regions that lack, and one node for them',
      { nodes: [node('a', at('us-east-1', 'x')), node('b', at('us-east-1', 'y')), node('c')] },
      /kubectl label node c .*=ap-south-1 .*add a node for us-west-2: the others are taken/s,
    ],
    [
      'a region without a zone',
      { nodes: [node('a', at('us-east-1', 'x')), node('b', { [labels.nodeRegion]: 'us-west-2' }), south] },
      /kubectl label node b topology\.kubernetes\.io\/zone=us-west-2a\n/,
    ],
    [
      'nodes of a cloud’s regions',
      { nodes: ['a', 'b', 'c'].map((name) => node(name, at('eu-west-1', `eu-west-1${name}`))) },
      /only in a cluster made for this.*label node a .*--overwrite/s,
    ],
    [
      'a right',
      { denied: [{ verb: 'patch', group: 'apps', resource: 'deployments', namespace: 'global' }] },
      /alice may not\n {2}patch deployments\.apps in global.*clusterrolebinding .*--user=alice/s,
    ],
    [
      'a right to give',
      { denied: [{ verb: 'delete', group: '', resource: 'pods', passedOn: true }] },
      /may not give our service accounts, .* the right to\n {2}delete pods/,
    ],
    [
      'a namespace of somebody else',
      { found: [{ kind: 'Namespace', name: 'global', labels: { team: 'shop' }, deleting: false }] },
      /Namespace global is there and not ours \(labels: team=shop\).*kubectl label namespace global/s,
    ],
    [
      'a namespace that is ending',
      { found: [{ ...good.found[0]!, deleting: true }] },
      /us-east-1 is being deleted.*wait --for=delete/s,
    ],
    ['a definition of somebody else', { found: [{ ...crd, labels: {}, storedVersions: ['v1alpha1'] }] }, /not ours/],
    [
      'a definition of a version that we do not know',
      { found: [{ ...crd, labels: partOf, storedVersions: ['v1alpha1', 'v1'] }] },
      /keeps objects as v1, which/,
    ],
    ['a run that goes on', { running: ['first-light'] }, /an experiment runs: first-light.*annotate/s],
    ['a kind', { unknownKinds: ['NetworkPolicy in networking.k8s.io/v1'] }, /does not know the kind NetworkPolicy/],
    [
      'admission',
      { refused: [{ what: 'Namespace chaos', why: 'policy: no' }] },
      /would refuse Namespace chaos: policy: no/,
    ],
  ];
  for (const [what, facts, expected] of cases) {
    it(what, () => {
      const { refusals } = decided(facts);
      assert.match(told1(refusals), expected);
      for (const { what: text, todo } of refusals) assert.ok(todo, `${text}: what to do?`);
    });
  }

  it('all at once', () => {
    const all: Partial<ClusterFacts> = Object.assign({}, ...cases.map(([, facts]) => facts));
    assert.ok(decided({ ...all, version: 'v1.20.0', nodes: [] }).refusals.length >= 6);
  });
});

describe('notes, which hold nothing up', () => {
  const cases: ReadonlyArray<readonly [string, Partial<ClusterFacts>, RegExp]> = [
    ['a version between', { version: 'v1.29.0' }, /1\.29\.0 is not tested/],
    ['a newer version', { version: 'v1.38.0+k3s1' }, /not tested/],
    ['no metrics', { metrics: false }, /metrics-server/],
    [
      'a region of one zone',
      { nodes: good.nodes.filter(({ name }) => name !== 'us-east-1b-1') },
      /us-east-1 has one zone only/,
    ],
    [
      'images that are not there',
      { nodes: good.nodes.map((each) => ({ ...each, images: ['pause'] })) },
      /npm run images -- --load/,
    ],
    ['another architecture', { nodes: good.nodes.map((each) => ({ ...each, architecture: 'arm64' })) }, /is arm64/],
    [
      'no exec',
      { denied: [{ verb: 'create', group: '', resource: 'pods/exec', onlyFor: 'faultflix heal' }] },
      /`faultflix heal` will not work/,
    ],
  ];
  for (const [what, facts, expected] of cases) {
    it(what, () => {
      const { refusals, notes } = decided(facts);
      assert.deepEqual(refusals, []);
      assert.equal(notes.length, networkNote + 1);
      assert.match(told1(notes), expected);
    });
  }

  it('nothing of images where the list of them is not whole, or a registry has them', () => {
    const many = good.nodes.map((each) => ({ ...each, images: Array.from({ length: 50 }, (_, n) => `i${n}`) }));
    assert.equal(decided({ nodes: many }).notes.length, networkNote);
    const none = good.nodes.map((each) => ({ ...each, images: ['pause'] }));
    assert.equal(decided({ nodes: none }, { architecture: undefined }).notes.length, networkNote);
  });
});

describe('a region is a namespace only', () => {
  it('on the one node that takes pods, which is said', () => {
    const { placement, refusals, notes } = decided({
      nodes: [node('a'), { ...node('control-plane'), schedulable: false }],
    });
    assert.equal(placement, 'one-node');
    assert.deepEqual(refusals, []);
    assert.match(told1(notes), /a region is a namespace only \(a is the only node/);
  });
  it('on many nodes when asked for', () => {
    const { placement, refusals } = decided({ nodes: [node('a'), node('b')] }, { regionsAsNamespaces: true });
    assert.equal(placement, 'one-node');
    assert.deepEqual(refusals, []);
  });
});

describe('the rights that are asked for', () => {
  const plural: Readonly<Record<string, string>> = { NetworkPolicy: 'networkpolicies' };
  const kept = ({ kind, apiVersion, metadata }: (typeof manifests)[number]) => ({
    group: apiVersion.includes('/') ? apiVersion.split('/')[0]! : '',
    resource: plural[kind] ?? `${kind.toLowerCase()}s`,
    namespaced: metadata.namespace !== undefined,
  });
  const asked = rightsNeeded(manifests, kept);

  it('are to apply every kind of the manifests where it goes', () => {
    for (const manifest of manifests) {
      const { group, resource } = kept(manifest);
      const { namespace } = manifest.metadata;
      const found = asked.filter(
        (right) => right.group === group && right.resource === resource && right.namespace === namespace,
      );
      assert.deepEqual(
        ['create', 'patch'].filter((verb) => !found.some((right) => right.verb === verb)),
        [],
      );
    }
  });

  it('are what our roles give to others, those of one object among them', () => {
    const passedOn = told(rightsPassedOn(manifests));
    assert.ok(
      passedOn.some((right) => /delete.* pods in|delete.* pods$/.test(right)),
      passedOn.join('\n'),
    );
    assert.ok(passedOn.includes('list, watch namespaces chaos'), passedOn.join('\n'));
  });

  it('are told together', () => {
    const right = (verb: string, namespace: string) => ({ verb, namespace, group: 'apps', resource: 'deployments' });
    const rights = ['b', 'a'].flatMap((namespace) => ['patch', 'create'].map((verb) => right(verb, namespace)));
    assert.deepEqual(told(rights), ['create, patch deployments.apps in b, a']);
  });
});
