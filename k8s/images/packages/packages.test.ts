import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { packagesIn } from './imports.ts';
import { closureOf, type LockedPackage } from './lock.ts';

describe('packages that a source file imports', () => {
  it('are found in all ways to import', () => {
    const source = `
import a from 'a';
import { type B, b } from '@scope/b/deep/file.js';
import {
  c,
} from "c";
import 'd';
export * from 'e';
const { f } = await import('f');
const g = require('g') as typeof import('g');
`;
    assert.deepEqual(packagesIn(source), ['@scope/b', 'a', 'c', 'd', 'e', 'f', 'g']);
  });

  it('are not types, files of ours or modules of Node', () => {
    const source = `
import type { A } from 'a';
import type {
  B,
} from 'b';
export type { C } from 'c';
import { d } from './d.ts';
import { e } from '#base/e.ts';
import { f } from 'node:fs';
`;
    assert.deepEqual(packagesIn(source), []);
  });
});

const closure = (packages: Record<string, Partial<LockedPackage>>, roots: readonly string[]) => {
  const all = Object.entries(packages).map(
    ([path, more]) => [`node_modules/${path}`, { version: '1.0.0', ...more }] as const,
  );
  return [...closureOf({ lock: new Map(all), roots, cpu: 'x64' })].map(([path, needs]) => [
    path.replace('node_modules/', ''),
    needs.map((need) => need.replace('node_modules/', '')),
  ]);
};

describe('what packages need', () => {
  it('comes with them, and what nobody needs does not', () => {
    const packages = { a: { dependencies: { b: '^1' } }, b: {}, c: {} };
    assert.deepEqual(closure(packages, ['a']), [
      ['a', ['b']],
      ['b', []],
    ]);
  });

  it('is the nearest, as for Node', () => {
    const packages = {
      a: { dependencies: { b: '^1', c: '^1' } },
      b: {},
      'a/node_modules/b': {},
      c: { dependencies: { b: '^2' } },
      'a/node_modules/b/node_modules/d': {},
    };
    assert.deepEqual(closure(packages, ['a']), [
      ['a', ['a/node_modules/b', 'c']],
      ['a/node_modules/b', []],
      ['b', []],
      ['c', ['b']],
    ]);
  });

  it('may go in a circle', () => {
    const packages = { a: { dependencies: { b: '^1' } }, b: { dependencies: { a: '^1' } } };
    assert.deepEqual(closure(packages, ['a']), [
      ['a', ['b']],
      ['b', ['a']],
    ]);
  });

  it('has optional packages of this platform only, and peers that are there', () => {
    const packages = {
      a: {
        optionalDependencies: { linux: '1', darwin: '1', arm: '1', musl: '1', absent: '1' },
        peerDependencies: { peer: '1', maybe: '1' },
        peerDependenciesMeta: { maybe: { optional: true } },
      },
      linux: { os: ['linux'], cpu: ['x64'], libc: ['glibc'] },
      darwin: { os: ['darwin'] },
      arm: { cpu: ['arm64'] },
      musl: { libc: ['musl'] },
      peer: {},
    };
    assert.deepEqual(
      closure(packages, ['a']).map(([name]) => name),
      ['a', 'linux', 'peer'],
    );
  });

  it('has no types', () => {
    const packages = { a: { dependencies: { '@types/node': '1' } }, '@types/node': {} };
    assert.deepEqual(closure(packages, ['a']), [['a', []]]);
  });

  it('is refused when it is for development, or not in the lock', () => {
    assert.throws(() => closure({ a: { dev: true } }, ['a']), { code: 'bad-input', todo: /npm install/ });
    assert.throws(() => closure({}, ['a']), { code: 'bad-input', message: /^a is not/ });
    assert.throws(() => closure({ a: { dependencies: { b: '1' } } }, ['a']), {
      code: 'bad-input',
      where: 'node_modules/a',
    });
  });
});
