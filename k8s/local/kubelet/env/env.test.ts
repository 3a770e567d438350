import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Container, DataObject, Pod } from '../types.ts';
import { environmentOf } from './environment.ts';
import { expand } from './expand.ts';
import { fieldValue } from './fields.ts';
import { inUnitsOf, parseQuantity } from './quantity.ts';

it('expands references as Kubernetes does', () => {
  const known: Record<string, string> = { A: 'a', EMPTY: '', DOLLAR: '$(A)' };
  const rows: readonly (readonly [string, string])[] = [
    ['$(A)', 'a'],
    ['x$(A)$(A)y', 'xaay'],
    ['$(EMPTY)', ''],
    ['$(NOPE)', '$(NOPE)'],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$a'],
    ['$$$$(A)', '$$(A)'],
    ['$A $', '$A $'],
    ['$(A', '$(A'],
    ['$(DOLLAR)', '$(A)'],
  ];
  for (const [text, wanted] of rows)
    assert.equal(
      expand(text, (name) => known[name]),
      wanted,
      text,
    );
});

it('reads quantities', () => {
  const rows: [string, number][] = [
    ['250m', 0.25],
    ['1', 1],
    ['1.5', 1.5],
    ['64Mi', 67_108_864],
    ['1Gi', 1_073_741_824],
    ['5k', 5_000],
    ['1e3', 1_000],
    ['12E2', 1_200],
    ['500u', 0.0005],
  ];
  for (const [text, wanted] of rows) assert.equal(parseQuantity(text), wanted, text);
  for (const bad of ['', 'x', '1Q', '1 Mi', '--1', '1Mii'])
    assert.throws(() => parseQuantity(bad), { code: 'bad-input' }, bad);
});

it('rounds up to units of the divisor', () => {
  assert.equal(inUnitsOf('250m'), '1');
  assert.equal(inUnitsOf('250m', '1m'), '250');
  assert.equal(inUnitsOf('64Mi', '1Mi'), '64');
  assert.equal(inUnitsOf('65Mi', '1Gi'), '1');
  assert.equal(inUnitsOf('0'), '0');
});

const pod = {
  metadata: { name: 'p', namespace: 'n', uid: 'u', resourceVersion: '1', labels: { b: '2', a: 'say "hi"' } },
  spec: { containers: [] },
} as unknown as Pod;
const fields = { pod, podIp: '10.1.1.1', hostIp: '10.1.255.1', allocatable: { cpu: '2' } };

it('writes labels by key, quoted, and knows no other fields than Kubernetes', () => {
  assert.equal(fieldValue('metadata.labels', fields), 'a="say \\"hi\\""\nb="2"');
  assert.equal(fieldValue("metadata.labels['b']", fields), '2');
  assert.equal(fieldValue("metadata.labels['none']", fields), '');
  assert.throws(() => fieldValue('spec.secrets', fields), { code: 'bad-input' });
});

it('says which ConfigMap, Secret or key is missing', () => {
  const found = { data: { k: 'v' } } as unknown as DataObject;
  const ask = (valueFrom: object) =>
    environmentOf(
      { name: 'm', env: [{ name: 'X', valueFrom }] } as Container,
      { ...fields, find: (_, name) => (name === 'there' ? found : undefined) },
      {},
    );
  assert.throws(() => ask({ configMapKeyRef: { name: 'gone', key: 'k' } }), /configmap "gone" not found/);
  assert.throws(() => ask({ secretKeyRef: { name: 'gone', key: 'k' } }), /secret "gone" not found/);
  assert.throws(
    () => ask({ configMapKeyRef: { name: 'there', key: 'x' } }),
    /couldn't find key x in ConfigMap n\/there/,
  );
  assert.deepEqual(ask({ configMapKeyRef: { name: 'there', key: 'k' } }), { X: 'v' });
  assert.deepEqual(ask({ configMapKeyRef: { name: 'gone', key: 'k', optional: true } }), {});
});
