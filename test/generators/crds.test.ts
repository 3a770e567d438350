import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { faultKinds } from '#chaos/faults/registry.ts';
import { probes } from '#chaos/probes/registry.ts';
import { type JsonSchema, structural } from '#test/support/structural.ts';
import { experimentCrd, experimentCrdYaml } from './crds.ts';

const committed = join(import.meta.dirname, '../../k8s/crds/experiments.faultflix.dev.yaml');

test('the committed CRD is what the schema gives: npm run generate crds', async () => {
  assert.equal(await readFile(committed, 'utf8'), experimentCrdYaml());
});

/** Every schema below one, itself included. */
function* all(schema: JsonSchema): Generator<JsonSchema> {
  yield schema;
  for (const child of Object.values(schema.properties ?? {})) yield* all(child);
  if (schema.items) yield* all(schema.items);
  if (typeof schema.additionalProperties === 'object') yield* all(schema.additionalProperties);
}

test('it is structural: no unions, no closed objects, a type or the word to keep what is unknown everywhere', () => {
  const [version] = experimentCrd().spec.versions;
  for (const schema of all(version!.schema.openAPIV3Schema as JsonSchema)) {
    for (const keyword of ['oneOf', 'anyOf', 'allOf', 'const', '$ref', '$schema'])
      assert.ok(!(keyword in schema), keyword);
    assert.notEqual(schema.additionalProperties, false);
    assert.ok(schema.type !== undefined || schema['x-kubernetes-preserve-unknown-fields'] === true);
  }
});

test('it lists every fault and every probe by name, and says which schema it is', () => {
  const crd = parse(experimentCrdYaml());
  const { spec } = crd.spec.versions[0].schema.openAPIV3Schema.properties;
  assert.deepEqual(spec.properties.method.items.properties.fault.enum, [...faultKinds.keys()]);
  assert.deepEqual(spec.properties.steadyState.items.properties.measure.enum, [...probes.keys()]);
  assert.match(crd.metadata.annotations['faultflix.dev/schema'], /^[0-9a-f]{12}$/);
});

test('a union becomes one object: alike stays, what tells the options apart is joined, the rest is kept as written', () => {
  const option = (name: string, extra: JsonSchema): JsonSchema => ({
    type: 'object',
    properties: {
      kind: { type: 'string', enum: [name], description: `the ${name}` },
      at: { type: 'string' },
      with: extra,
    },
    required: ['kind'],
    additionalProperties: false,
  });
  const joined = structural({
    oneOf: [option('a', { type: 'object' }), option('b', { type: 'object', properties: {} })],
  });
  assert.deepEqual(joined.properties?.kind?.enum, ['a', 'b']);
  assert.deepEqual(joined.properties?.at, { type: 'string' });
  assert.deepEqual(joined.properties?.with, { type: 'object', 'x-kubernetes-preserve-unknown-fields': true });
  assert.deepEqual(joined.required, ['kind']);
});
