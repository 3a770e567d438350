import { join, resolve } from 'node:path';
import { cacheRoot } from '../local/tools/cache-root.ts';
import { etaMs } from '../local/tools/progress.ts';
import { createContext } from './context.ts';
import { type DescribedImage, describe, type NamedLayer } from './describe.ts';
import { type ImageName, imageNames, referenceOf } from './image.ts';
import type { Layer } from './layer/entry.ts';
import type { OnBuildProgress } from './progress.ts';
import { copyOut, store } from './store.ts';

export interface BuiltImage {
  readonly name: ImageName;
  /** `faultflix.local/platform:dev` */
  readonly reference: string;
  /** Of the image's manifest. */
  readonly digest: `sha256:${string}`;
  /** Path of the archive: an OCI layout in a tar, with a manifest.json for Docker. */
  readonly archive: string;
  /** Path of its CycloneDX document. */
  readonly sbom: string;
  readonly layers: readonly { readonly title: string; readonly digest: string; readonly size: number }[];
  /** Whether this call made it; else it was in the cache already. */
  readonly fresh: boolean;
}

export interface BuildOptions {
  /** All when absent. */
  readonly images?: readonly ImageName[];
  /** Where the archives shall lie as `<name>.tar`; in the cache, where the archive's path has the digest, when absent. */
  readonly outDir?: string;
  readonly onProgress?: OnBuildProgress;
  readonly signal?: AbortSignal;
  /** This repository when absent. */
  readonly repositoryRoot?: string;
  /** `~/.cache/faultflix/images` when absent. */
  readonly cacheDir?: string;
}

export const repository = resolve(import.meta.dirname, '../..');

/**
 * Makes images of files of this machine, each archive whole or not at all. An image whose content the cache has is not
 * written again. Rejects with `unsupported` on a machine whose files cannot make one, with `could-not-run` naming what
 * is missing, and with the signal's reason, having left nothing half-written.
 */
export async function buildImages(options: BuildOptions = {}): Promise<BuiltImage[]> {
  const { images = imageNames, onProgress = () => {}, signal = new AbortController().signal } = options;
  const { repositoryRoot = repository, outDir, cacheDir: dir = join(cacheRoot(), 'images') } = options;
  const context = createContext({ repositoryRoot, signal, onProgress });
  const known = new Map<Layer, NamedLayer>();
  const built: BuiltImage[] = [];
  for (const name of new Set(images)) {
    signal.throwIfAborted();
    const onRead = (done: number) => onProgress({ what: name, way: 'read', done, total: 0, unit: 'bytes' });
    const image = await describe(name, { context, signal, known, onRead });
    const stored = await store(image, { dir, signal, onBytes: writing(image, onProgress) });
    const { archive, sbom, fresh } = outDir === undefined ? stored : await copyOut(name, stored, resolve(outDir));
    const layers = image.layers.map(({ title, digest, size }) => ({ title, digest, size }));
    built.push({ name, reference: referenceOf(name), digest: image.digest, archive, sbom, layers, fresh });
  }
  return built;
}

function writing({ name, layers }: DescribedImage, onProgress: OnBuildProgress): (count: number) => void {
  const total = layers.reduce((sum, { size }) => sum + size, 0);
  const startMs = performance.now();
  let done = 0;
  return (count) => {
    done += count;
    const left = etaMs(done, total, performance.now() - startMs);
    onProgress({
      what: name,
      way: 'write',
      done,
      total,
      unit: 'bytes',
      ...(left === undefined ? {} : { etaMs: left }),
    });
  };
}
