import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot, toolsDir } from '../local/tools/cache-root.ts';
import { releaseHosts } from '../local/tools/catalogue.ts';
import { ensureTools } from '../local/tools/ensure.ts';
import { clearWorkDirs, createWorkDir } from '../local/tools/work-dir.ts';
import { describe } from './archive/manifest.ts';
import { writeArchive } from './archive/write.ts';
import { type ImageContext, type ImageDefinition, type ImageName, imageNames, referenceOf } from './image.ts';
import { arrange, type Entry, type Layer } from './layer/entry.ts';
import { type Blob, digestOf } from './layer/tar.ts';
import { thisArchitecture } from './machine/architecture.ts';

export interface BuiltImage {
  readonly name: ImageName;
  /** `faultflix.local/platform:dev` */
  readonly reference: string;
  /** Of the image's manifest. */
  readonly digest: `sha256:${string}`;
  /** Path of the archive. */
  readonly archive: string;
  readonly layers: readonly (Blob & { readonly title: string })[];
}

export interface BuildOptions {
  readonly images?: readonly ImageName[];
  readonly outDir?: string;
  readonly signal?: AbortSignal;
}

const repository = join(import.meta.dirname, '../..');

export async function buildImages({
  images = imageNames,
  outDir,
  signal = new AbortController().signal,
}: BuildOptions = {}): Promise<BuiltImage[]> {
  const dir = outDir ?? join(cacheRoot(), 'images');
  await mkdir(dir, { recursive: true });
  await clearWorkDirs(dir);
  const context: ImageContext = {
    repositoryRoot: repository,
    architecture: thisArchitecture(),
    signal,
    toxiproxy: async () => {
      const paths = await ensureTools({
        dir: toolsDir(),
        hosts: releaseHosts,
        env: process.env,
        tools: ['toxiproxy-server'],
        signal,
        onProgress: () => {},
      });
      return paths.get('toxiproxy-server')!;
    },
  };
  const built: BuiltImage[] = [];
  for (const name of images) {
    const { default: definition } = (await import(`./${name}/image.ts`)) as { default: ImageDefinition };
    const layers: (Layer & Blob)[] = [];
    for (const layer of await definition.layers(context)) {
      const entries: Entry[] = arrange(layer.entries);
      layers.push({ title: layer.title, entries, ...(await digestOf(entries, { signal })) });
    }
    const { digest, files } = describe({
      name,
      summary: definition.summary,
      architecture: context.architecture,
      config: definition.config,
      layers,
    });
    const folder = join(dir, `${name}-${digest.slice(7, 23)}`);
    if (!existsSync(folder)) {
      const work = await createWorkDir(dir, name);
      try {
        await writeArchive({ path: join(work, `${name}.tar`), files, layers, signal });
        await rename(work, folder);
      } catch (error) {
        await rm(work, { recursive: true, force: true });
        if (!existsSync(folder)) throw error;
      }
    }
    built.push({
      name,
      reference: referenceOf(name),
      digest,
      archive: join(folder, `${name}.tar`),
      layers: layers.map(({ title, digest, size }) => ({ title, digest, size })),
    });
  }
  return built;
}
void createHash;
