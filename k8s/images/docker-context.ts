import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createContext } from './context.ts';
import { describe, type NamedLayer } from './describe.ts';
import type { ImageName } from './image.ts';
import type { Layer } from './layer/entry.ts';
import { tar } from './layer/tar.ts';
import type { OnBuildProgress } from './progress.ts';
import { replace } from './store.ts';

export interface DockerContextOptions {
  readonly images: readonly ImageName[];
  readonly dir: string;
  readonly repositoryRoot: string;
  readonly signal: AbortSignal;
  readonly onProgress?: OnBuildProgress;
}

/**
 * What `docker build` gets as its context: `<dir>/<image>/<layer>.tar`, the very layers of the image, which the
 * Dockerfile beside the image's definition adds. Resolves to the folders.
 */
export async function writeDockerContext(options: DockerContextOptions): Promise<Map<ImageName, string>> {
  const { images, dir, repositoryRoot, signal, onProgress = () => {} } = options;
  const context = createContext({ repositoryRoot, signal, onProgress });
  const known = new Map<Layer, NamedLayer>();
  const folders = new Map<ImageName, string>();
  for (const name of images) {
    const { layers } = await describe(name, { context, signal, known });
    const folder = join(dir, name);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    for (const layer of layers) {
      await replace(join(folder, `${layer.name}.tar`), (draft) =>
        pipeline(tar(layer.entries), createWriteStream(draft), { signal }),
      );
    }
    folders.set(name, folder);
  }
  return folders;
}
