import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clusterKindOf, type StartChoice } from './choice.ts';

const none: StartChoice = {
  cluster: undefined,
  'node-count': undefined,
  registry: undefined,
  'regions-as-namespaces': false,
  name: undefined,
  kubeconfig: undefined,
  context: undefined,
};

describe('the cluster of a start', () => {
  const taken: ReadonlyArray<readonly [Partial<StartChoice>, string, number?]> = [
    [{}, 'local'],
    [{ cluster: 'local', name: 'two' }, 'local'],
    [{ cluster: 'containerd' }, 'containerd'],
    [{ cluster: 'containerd', 'node-count': '1' }, 'containerd', 1],
    [{ cluster: 'kind', 'regions-as-namespaces': true }, 'kind'],
    [{ kubeconfig: 'f', context: 'c', registry: 'ghcr.io/me' }, 'own'],
  ];
  for (const [choice, kind, nodeCount] of taken) {
    it(`is ${kind} of ${JSON.stringify(choice)}`, () =>
      assert.deepEqual(clusterKindOf({ ...none, ...choice }), { kind, nodeCount }));
  }

  const refused: ReadonlyArray<readonly [string, Partial<StartChoice>]> = [
    ['a kind that does not exist', { cluster: 'docker' }],
    ['two clusters', { cluster: 'kind', kubeconfig: 'f' }],
    ['a name for a cluster of one’s own', { name: 'a', kubeconfig: 'f' }],
    ['a context without its file', { context: 'c' }],
    ['a count of nodes that are not real', { 'node-count': '2' }],
    ['a count of kind’s nodes', { cluster: 'kind', 'node-count': '2' }],
    ['no nodes', { cluster: 'containerd', 'node-count': '0' }],
    ['seven nodes', { cluster: 'containerd', 'node-count': '7' }],
    ['half a node', { cluster: 'containerd', 'node-count': '1.5' }],
    ['a registry for a cluster that is made here', { cluster: 'kind', registry: 'ghcr.io/me' }],
  ];
  for (const [what, choice] of refused) {
    it(`is refused with ${what}`, () =>
      assert.throws(() => clusterKindOf({ ...none, ...choice }), { code: 'bad-input' }));
  }
});
