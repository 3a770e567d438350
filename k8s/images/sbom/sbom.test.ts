import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { type Component, hashesOf, npmPurl } from './component.ts';
import { billOfMaterials } from './document.ts';
import { readGoBuild } from './go.ts';

const digest = `sha256:${'ab'.repeat(32)}`;
const scoped: Component = {
  type: 'library',
  name: '@scope/a',
  version: '1.0.0',
  purl: npmPurl('@scope/a', '1.0.0'),
  licence: 'MIT',
  hashes: [{ alg: 'SHA-512', content: 'ab'.repeat(64) }],
  dependsOn: [npmPurl('b', '2.0.0-rc.1')],
};
const plain: Component = {
  type: 'library',
  name: 'b',
  version: '2.0.0-rc.1',
  purl: npmPurl('b', '2.0.0-rc.1'),
  licence: '(MIT OR Apache-2.0)',
};
const worded: Component = {
  type: 'library',
  name: 'c',
  version: '1',
  purl: 'pkg:deb/debian/c@1',
  licence: 'see the file',
};

const document = (components: readonly Component[]) =>
  JSON.parse(String(billOfMaterials({ name: 'platform', summary: 's', digest, components })));

describe('the bill of materials', () => {
  it('has what CycloneDX 1.6 requires', () => {
    const bom = document([scoped, plain, worded]);
    assert.deepEqual([bom.bomFormat, bom.specVersion, bom.version], ['CycloneDX', '1.6', 1]);
    assert.match(bom.serialNumber, /^urn:uuid:[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    assert.deepEqual(bom.metadata.component.type, 'container');
    assert.equal(bom.metadata.timestamp, undefined);
  });

  it('tells each component', () => {
    const [deb, first, second] = document([scoped, plain, worded]).components;
    assert.deepEqual(first, {
      'bom-ref': 'pkg:npm/%40scope/a@1.0.0',
      type: 'library',
      group: '@scope',
      name: 'a',
      version: '1.0.0',
      hashes: [{ alg: 'SHA-512', content: 'ab'.repeat(64) }],
      licenses: [{ license: { id: 'MIT' } }],
      purl: 'pkg:npm/%40scope/a@1.0.0',
    });
    assert.deepEqual(second.licenses, [{ expression: '(MIT OR Apache-2.0)' }]);
    assert.deepEqual(deb.licenses, [{ license: { name: 'see the file' } }]);
  });

  it('has no reference that leads nowhere, and none twice', () => {
    const bom = document([scoped, plain, worded, scoped]);
    const refs = [bom.metadata.component, ...bom.components].map((component) => component['bom-ref']);
    assert.equal(new Set(refs).size, refs.length);
    for (const { ref, dependsOn } of bom.dependencies)
      for (const one of [ref, ...dependsOn]) assert.ok(refs.includes(one), one);
  });

  it('is the same whatever the order was, and another for another image', () => {
    assert.deepEqual(document([plain, worded, scoped]), document([scoped, plain, worded]));
    const other = billOfMaterials({
      name: 'platform',
      summary: 's',
      digest: `sha256:${'cd'.repeat(32)}`,
      components: [],
    });
    assert.notEqual(JSON.parse(String(other)).serialNumber, document([]).serialNumber);
  });

  it('has the hash of a lock as hexadecimal digits, and none of an old algorithm', () => {
    assert.deepEqual(hashesOf('sha512-q6s='), [{ alg: 'SHA-512', content: 'abab' }]);
    assert.equal(hashesOf('sha1-q6s='), undefined);
    assert.equal(hashesOf(undefined), undefined);
  });
});

const go = (() => {
  try {
    return execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
})();

describe('what a Go program was built of', () => {
  it('is nothing for a program of another language', () => assert.equal(readGoBuild(process.execPath), undefined));
  it('is what Go itself reads', { skip: go ? false : 'Go is not installed' }, () => {
    const program = `${go}/bin/go`;
    const [first] = execFileSync('go', ['version', program], { encoding: 'utf8' }).split('\n');
    assert.equal(readGoBuild(program)!.go, first!.split(': ')[1]);
  });
});
