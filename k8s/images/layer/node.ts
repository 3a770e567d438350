import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FaultflixError } from '#base/errors.ts';
import type { ImageContext } from '../image.ts';
import { librariesOf } from '../machine/libraries.ts';
import { base, certificates } from './base.ts';
import { copy, type Layer } from './entry.ts';

const NODE = 'usr/local/bin/node';

/** Node with what it needs to run: the same bytes in every image that has it, so a node stores them once. */
export async function nodeLayer({ repositoryRoot, architecture }: ImageContext): Promise<Layer> {
  const folder = join(repositoryRoot, 'node_modules', `node-linux-${architecture === 'amd64' ? 'x64' : 'arm64'}`);
  const node = join(folder, 'bin/node');
  if (!existsSync(node)) {
    throw new FaultflixError('could-not-run', 'Node for the images is not installed', {
      where: node,
      todo: 'run npm ci without --omit=optional',
    });
  }
  return {
    title: 'Node and its shared libraries',
    entries: [
      ...base(),
      ...certificates(),
      copy(NODE, node, 0o755),
      copy('usr/local/share/doc/node/LICENSE', join(folder, 'LICENSE')),
      ...libraryEntries(librariesOf([node], { architecture, resolver: true })),
    ],
  };
}

/** Libraries at the paths where the loader finds them. All may be executed: a loader is a program as well. */
export const libraryEntries = (paths: readonly string[]) => paths.map((path) => copy(path.slice(1), path, 0o755));
