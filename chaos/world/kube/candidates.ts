import type { KubeHttp } from '#base/kube/http.ts';
import { labels, places } from '#base/names.ts';
import type { TargetSelector } from '../../engine/experiment.ts';
import type { Candidate, DisruptionBudget } from '../../monkey/select.ts';

interface MetadataList {
  readonly metadata: { readonly continue?: string };
  /** Null where there are none. */
  readonly items:
    | null
    | readonly {
        readonly metadata: {
          readonly name: string;
          readonly namespace: string;
          readonly uid: string;
          readonly labels?: Readonly<Record<string, string>>;
          readonly annotations?: Readonly<Record<string, string>>;
          readonly deletionTimestamp?: string;
        };
      }[];
}

/** The API server leaves out spec and status: a tenth of the bytes. */
const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';
const PAGE = 500;

/** All pods of the service in the selector's places, by metadata alone and in pages. */
export async function listCandidates(http: KubeHttp, { service, regions }: TargetSelector): Promise<Candidate[]> {
  const lists = await Promise.all((regions ?? places).map((namespace) => listNamespace(http, namespace, service)));
  return lists.flat();
}

async function listNamespace(http: KubeHttp, namespace: string, service: string): Promise<Candidate[]> {
  const found: Candidate[] = [];
  let next: string | undefined;
  do {
    const page: MetadataList = await http.json<MetadataList>({
      path: `/api/v1/namespaces/${namespace}/pods`,
      accept: METADATA_ONLY,
      query: { labelSelector: `${labels.service}=${service}`, limit: PAGE, continue: next },
    });
    for (const { metadata } of page.items ?? []) {
      found.push({
        namespace: metadata.namespace,
        name: metadata.name,
        uid: metadata.uid,
        labels: metadata.labels ?? {},
        annotations: metadata.annotations ?? {},
        dying: metadata.deletionTimestamp !== undefined,
      });
    }
    next = page.metadata.continue || undefined;
  } while (next !== undefined);
  return found;
}

interface BudgetList {
  readonly items: readonly {
    readonly metadata: { readonly namespace: string; readonly name: string };
    readonly spec?: { readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> } };
    readonly status?: { readonly disruptionsAllowed?: number };
  }[];
}

export async function listBudgets(http: KubeHttp, namespaces: readonly string[]): Promise<DisruptionBudget[]> {
  const lists = await Promise.all(
    namespaces.map((namespace) =>
      http.json<BudgetList>({ path: `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets` }),
    ),
  );
  return lists.flatMap(({ items }) =>
    items.map(({ metadata, spec, status }) => ({
      namespace: metadata.namespace,
      name: metadata.name,
      matchLabels: spec?.selector?.matchLabels ?? {},
      disruptionsAllowed: status?.disruptionsAllowed ?? 0,
    })),
  );
}
