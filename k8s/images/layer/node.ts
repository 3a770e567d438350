import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FaultflixError } from '#base/errors.ts';
import type { Architecture } from '../machine/architecture.ts';
import { librariesOf } from '../machine/libraries.ts';
import { originOf } from '../machine/packages.ts';
import { readLock } from '../packages/lock.ts';
import { type Component, hashesOf, npmPurl } from '../sbom/component.ts';
import { base, certificates } from './base.ts';
import { copy, type Entry, type Layer } from './entry.ts';

const NODE = 'usr/local/bin/node';

export interface NodeLayerOptions {
  readonly repositoryRoot: string;
  readonly architecture: Architecture;
}

/** Node with what it needs to run: the same bytes in every image that has it, so a node stores them once. */
export async function nodeLayer({ repositoryRoot, architecture }: NodeLayerOptions): Promise<Layer> {
  const name = `node-linux-${cpuOf(architecture)}`;
  const folder = join(repositoryRoot, 'node_modules', name);
  const node = join(folder, 'bin/node');
  if (!existsSync(node)) {
    throw new FaultflixError('could-not-run', 'Node for the images is not installed', {
      where: node,
      todo: 'run npm ci without --omit=optional',
    });
  }
  const libraries = librariesOf([node], { architecture, resolver: true });
  const authorities = certificates();
  const origin = await originOf(libraries);
  return {
    name: 'node',
    title: 'Node and its shared libraries',
    entries: [
      ...base(),
      ...authorities,
      copy(NODE, node, 0o755),
      copy('usr/local/share/doc/node/LICENSE', join(folder, 'LICENSE')),
      ...libraryEntries(libraries),
      ...origin.entries,
    ],
    components: [await nodeComponent(repositoryRoot, name), ...origin.components],
  };
}

/** As Node names it: `x64`. */
export const cpuOf = (architecture: Architecture): 'x64' | 'arm64' => (architecture === 'amd64' ? 'x64' : 'arm64');

/** Libraries at the paths where the loader finds them. All may be executed: a loader is a program as well. */
export const libraryEntries = (paths: readonly string[]): Entry[] =>
  paths.map((path) => copy(path.slice(1), path, 0o755));

async function nodeComponent(repositoryRoot: string, name: string): Promise<Component> {
  const locked = (await readLock(repositoryRoot)).get(`node_modules/${name}`);
  const version = locked?.version ?? 'unknown';
  const hashes = hashesOf(locked?.integrity);
  return {
    type: 'application',
    name,
    version,
    purl: npmPurl(name, version),
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
    licence: 'MIT',
    ...(hashes ? { hashes } : {}),
  };
}
