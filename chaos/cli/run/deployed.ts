/** Which services are deployed where, as the manifests say and as a cluster says. */
import type { KubeHttp } from '#base/kube/http.ts';
import { labels } from '#base/names.ts';
import type { Manifest } from '../deploy/manifest.ts';
import type { Deployed } from './scenario.ts';

interface Templated {
  readonly metadata: { readonly namespace?: string };
  readonly spec?: {
    readonly template?: { readonly metadata?: { readonly labels?: Readonly<Record<string, string>> } };
  };
}

export function deployedIn(objects: readonly Templated[]): readonly Deployed[] {
  return objects.flatMap(({ metadata, spec }) => {
    const service = spec?.template?.metadata?.labels?.[labels.service];
    return service && metadata.namespace ? [{ service, namespace: metadata.namespace }] : [];
  });
}

const kinds: ReadonlySet<string> = new Set(['Deployment', 'DaemonSet', 'StatefulSet']);

export const deployedByManifests = (manifests: readonly Manifest[]): readonly Deployed[] =>
  deployedIn(manifests.filter(({ kind }) => kinds.has(kind)) as readonly Templated[]);

export async function deployedOn(http: KubeHttp): Promise<readonly Deployed[]> {
  const lists = await Promise.all(
    ['deployments', 'daemonsets', 'statefulsets'].map((resource) =>
      http.json<{ items: Templated[] }>({
        path: `/apis/apps/v1/${resource}`,
        query: { labelSelector: `${labels.partOf}=faultflix` },
      }),
    ),
  );
  return deployedIn(lists.flatMap(({ items }) => items));
}
