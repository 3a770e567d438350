import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layoutNodes, MAX_NODES } from './layout.ts';

test('all nodes have the local cluster’s names and zones, and addresses of their own', () => {
  const nodes = layoutNodes(MAX_NODES);
  assert.deepEqual(
    nodes.map(({ name, zone }) => [name, zone]),
    ['us-east-1a', 'us-west-2a', 'ap-south-1a', 'us-east-1b', 'us-west-2b', 'ap-south-1b'].map((zone) => [
      `${zone}-1`,
      zone,
    ]),
  );
  for (const key of ['address', 'podCidr', 'podGateway'] as const) {
    assert.equal(new Set(nodes.map((node) => node[key])).size, nodes.length, key);
  }
});

test('three nodes are three regions', () => {
  assert.equal(new Set(layoutNodes(3).map(({ region }) => region)).size, 3);
});

test('one node is no region’s, as on a cluster that someone has at hand', () => {
  const [node, ...others] = layoutNodes(1);
  assert.deepEqual([node?.region, node?.zone, others], [undefined, undefined, []]);
});

test('no, negative, halves of and too many nodes are refused', () => {
  for (const count of [0, -1, 1.5, MAX_NODES + 1, Number.NaN]) {
    assert.throws(() => layoutNodes(count), { code: 'bad-input', where: '--node-count' });
  }
});
