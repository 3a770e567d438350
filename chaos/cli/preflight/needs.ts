/** What a deployment needs of a cluster, read off its manifests. Pure. */
import { labels } from '#base/names.ts';
import type { Manifest } from '../deploy/manifest.ts';
import type { Needs } from './facts.ts';

interface PodTemplate {
  readonly spec?: {
    readonly containers?: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly affinity?: unknown;
  };
}
interface Container {
  readonly image: string;
  readonly env?: ReadonlyArray<{ readonly name: string; readonly value?: string }>;
}

export const podTemplateOf = (manifest: Manifest): PodTemplate | undefined =>
  (manifest.spec as { template?: PodTemplate } | undefined)?.template;

export const containersOf = (manifest: Manifest): readonly Container[] => {
  const { containers = [], initContainers = [] } = podTemplateOf(manifest)?.spec ?? {};
  return [...initContainers, ...containers];
};

/** Names an image that a program starts later, such as the load of a run. */
export const IMAGE_VARIABLE = /^FAULTFLIX_\w+_IMAGE$/;

export function needsOf(manifests: readonly Manifest[]): Pick<Needs, 'manifests' | 'regions' | 'images' | 'versions'> {
  const regions = manifests.flatMap((manifest) => regionsOf(podTemplateOf(manifest)?.spec?.affinity));
  const images = manifests
    .flatMap(containersOf)
    .flatMap(({ image, env = [] }) => [
      image,
      ...env.filter(({ name }) => IMAGE_VARIABLE.test(name)).map(({ value }) => value!),
    ]);
  const definitions = manifests.filter(({ kind }) => kind === 'CustomResourceDefinition');
  const versions = definitions.map(({ metadata, spec }) => [
    metadata.name,
    (spec as { versions: { name: string }[] }).versions.map(({ name }) => name),
  ]);
  return {
    manifests,
    regions: [...new Set(regions)].sort(),
    images: [...new Set(images)].sort(),
    versions: Object.fromEntries(versions),
  };
}

interface Affinity {
  readonly nodeAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: {
      readonly nodeSelectorTerms: ReadonlyArray<{
        readonly matchExpressions?: ReadonlyArray<{ readonly key: string; readonly values?: readonly string[] }>;
      }>;
    };
  };
}

function regionsOf(affinity: unknown): readonly string[] {
  const terms = (affinity as Affinity | undefined)?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return (terms?.nodeSelectorTerms ?? [])
    .flatMap(({ matchExpressions = [] }) => matchExpressions)
    .filter(({ key }) => key === labels.nodeRegion)
    .flatMap(({ values = [] }) => values);
}
