import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeMetrics, podMetrics, type Summary } from './usage.ts';

const time = '2026-01-01T00:00:00Z';
const stats = (usageNanoCores: number, workingSetBytes: number) => ({
  cpu: { time, usageNanoCores },
  memory: { time, workingSetBytes },
});
const summary: Summary = {
  node: { nodeName: 'a', ...stats(2e9, 1024 ** 3) },
  pods: [
    {
      podRef: { name: 'web', namespace: 'x' },
      containers: [
        { name: 'main', ...stats(5e8, 2048) },
        { name: 'new', cpu: { time }, memory: { time } },
      ],
    },
    { podRef: { name: 'young', namespace: 'x' }, containers: [{ name: 'main', cpu: { time } }] },
  ],
};

test('nodes that answer have metrics, others are left out', () => {
  const nodes = ['a', 'b'].map((name) => ({ metadata: { name, labels: { zone: name } } }));
  assert.deepEqual(nodeMetrics(nodes, [summary]), [
    {
      kind: 'NodeMetrics',
      apiVersion: 'metrics.k8s.io/v1beta1',
      metadata: { name: 'a', labels: { zone: 'a' } },
      timestamp: time,
      window: '10s',
      usage: { cpu: '2000000000n', memory: '1048576Ki' },
    },
  ]);
});

test('containers whose speed is known have metrics; a pod without one, or that nobody asked for, has none', () => {
  const pods = [
    { metadata: { name: 'web', namespace: 'x' } },
    { metadata: { name: 'young', namespace: 'x' } },
    { metadata: { name: 'web', namespace: 'y' } },
  ];
  const found = podMetrics(pods, [summary]);
  assert.deepEqual(
    found.map(({ metadata, containers }) => [metadata.namespace, metadata.name, containers]),
    [['x', 'web', [{ name: 'main', usage: { cpu: '500000000n', memory: '2Ki' } }]]],
  );
  assert.deepEqual(podMetrics([], [summary]), []);
});
