import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Pod } from '../types.ts';
import { refusalOf } from './admission.ts';
import { isReference } from './reference.ts';

const node = { name: 'n', labels: { zone: 'a', size: '3' }, allocatable: { cpu: '2', memory: '1Gi', pods: '2' } };
const pod = (spec: object, ...requests: object[]): Pod =>
  ({
    metadata: { name: 'p', namespace: 'd', uid: 'u', resourceVersion: '1' },
    spec: {
      containers: requests.map((each, index) => ({ name: `c${index}`, resources: { requests: each } })),
      ...spec,
    },
  }) as never;
const required = (...terms: object[]) => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } },
});

describe('refusalOf', () => {
  it('takes what fits beside the others, and refuses the first resource that does not', () => {
    assert.equal(refusalOf(pod({}, { cpu: '1500m' }), node, [pod({}, { cpu: '500m' })]), undefined);
    assert.deepEqual(refusalOf(pod({}, { cpu: '1501m' }), node, [pod({}, { cpu: '500m' })]), {
      reason: 'OutOfcpu',
      message: "Pod was rejected: Node didn't have enough resource: cpu, requested: 1501, used: 500, capacity: 2000",
    });
    assert.equal(refusalOf(pod({}, { memory: '1025Mi' }), node, [])?.reason, 'OutOfmemory');
    assert.equal(refusalOf(pod({}, {}), node, [pod({}, {}), pod({}, {})])?.reason, 'OutOfpods');
  });

  it('counts an init container against the main ones, and sidecars with both', () => {
    const init = (name: string, cpu: string, more = {}) => ({ name, resources: { requests: { cpu } }, ...more });
    const side = init('side', '1', { restartPolicy: 'Always' });
    assert.equal(refusalOf(pod({ initContainers: [init('i', '2')] }, { cpu: '2' }), node, []), undefined);
    assert.equal(refusalOf(pod({ initContainers: [side] }, { cpu: '1001m' }), node, [])?.reason, 'OutOfcpu');
    assert.equal(refusalOf(pod({ initContainers: [side, init('i', '1001m')] }, {}), node, [])?.reason, 'OutOfcpu');
  });

  it('holds the selector and the required affinity, whose terms are alternatives', () => {
    const expression = (key: string, operator: string, ...values: string[]) => ({
      matchExpressions: [{ key, operator, values }],
    });
    const reason = (spec: object) => refusalOf(pod(spec, {}), node, [])?.reason;
    assert.equal(reason({ nodeSelector: { zone: 'a' } }), undefined);
    assert.equal(reason({ nodeSelector: { zone: 'b' } }), 'NodeAffinity');
    assert.equal(reason(required(expression('zone', 'In', 'b'), expression('size', 'Gt', '2'))), undefined);
    for (const term of [
      expression('zone', 'NotIn', 'a'),
      expression('none', 'Exists'),
      expression('zone', 'DoesNotExist'),
      expression('size', 'Lt', '3'),
      {},
    ])
      assert.equal(reason(required(term)), 'NodeAffinity', JSON.stringify(term));
    const named = (name: string) => ({ matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] });
    assert.deepEqual([reason(required(named('n'))), reason(required(named('m')))], [undefined, 'NodeAffinity']);
  });
});

describe('isReference', () => {
  it('knows names of images from other texts', () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    for (const good of [
      'busybox',
      'busybox:1.37',
      'docker.io/library/busybox',
      'localhost:5000/a/b_c--d:x',
      `a@${digest}`,
    ])
      assert.ok(isReference(good), good);
    for (const bad of ['', 'Not A Name', 'UPPER', 'a:', 'a//b', '-a', 'a@sha256:0', 'a'.repeat(600)])
      assert.ok(!isReference(bad), bad);
  });
});
