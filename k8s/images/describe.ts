import { describeImage, type ImageFiles } from './archive/manifest.ts';
import type { ImageContext, ImageDefinition, ImageName } from './image.ts';
import { arrange, type Layer } from './layer/entry.ts';
import { type Blob, digestOf } from './layer/tar.ts';
import { billOfMaterials } from './sbom/document.ts';

/** A layer whose entries are in the order of the archive, with the name of its bytes. */
export type NamedLayer = Layer & Blob;

export interface DescribedImage extends ImageFiles {
  readonly name: ImageName;
  readonly layers: readonly NamedLayer[];
  readonly sbom: Buffer;
}

export interface DescribeOptions {
  readonly context: ImageContext;
  readonly signal: AbortSignal;
  /** Layers that are named already: images share the layer of Node. */
  readonly known: Map<Layer, NamedLayer>;
  /** Bytes read of the image so far. */
  readonly onRead?: (bytes: number) => void;
}

export async function loadDefinition(name: ImageName): Promise<ImageDefinition> {
  return ((await import(`./${name}/image.ts`)) as { default: ImageDefinition }).default;
}

/** Reads what an image is made of and names it; writes nothing. */
export async function describe(name: ImageName, options: DescribeOptions): Promise<DescribedImage> {
  const { context, signal, known, onRead } = options;
  const { summary, config, layers: make } = await loadDefinition(name);
  let bytes = 0;
  const onBytes = (count: number) => {
    bytes += count;
    onRead?.(bytes);
  };
  const layers: NamedLayer[] = [];
  for (const layer of await make(context)) {
    const entries = arrange(layer.entries);
    const named = known.get(layer) ?? { ...layer, entries, ...(await digestOf(entries, { signal, onBytes })) };
    known.set(layer, named);
    layers.push(named);
  }
  const files = describeImage({ name, summary, architecture: context.architecture, config, layers });
  const components = layers.flatMap((layer) => layer.components);
  return { name, layers, ...files, sbom: billOfMaterials({ name, summary, digest: files.digest, components }) };
}
