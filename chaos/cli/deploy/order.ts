/** The order of a deployment: what others stand on comes first. */
import type { Manifest } from './manifest.ts';

export interface Waves {
  readonly namespaces: readonly Manifest[];
  readonly definitions: readonly Manifest[];
  readonly rest: readonly Manifest[];
}

/** Splits manifests into waves. An object that comes twice is taken once, the last one. */
export function wavesOf(manifests: readonly Manifest[]): Waves {
  const once = [...new Map(manifests.map((manifest) => [keyOf(manifest), manifest])).values()];
  const ofKind = (kind: string) => once.filter((manifest) => manifest.kind === kind);
  return {
    namespaces: ofKind('Namespace'),
    definitions: ofKind('CustomResourceDefinition'),
    rest: once.filter(({ kind }) => kind !== 'Namespace' && kind !== 'CustomResourceDefinition'),
  };
}

const keyOf = ({ apiVersion, kind, metadata }: Manifest): string =>
  [apiVersion, kind, metadata.namespace ?? '', metadata.name].join('\n');
