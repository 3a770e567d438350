/** Asks a cluster for the facts that a deployment depends on. Changes nothing: what it applies is a dry run. */
import { FaultflixError, messageOf } from '#base/errors.ts';
import { type KubeHttp, KubeStatusError } from '#base/kube/http.ts';
import { type Cluster, versionOf } from '../cluster/connect.ts';
import { patch } from '../deploy/apply.ts';
import { describe, type Manifest } from '../deploy/manifest.ts';
import { type Resource, Resources } from '../deploy/resources.ts';
import { listExperiments } from '../run/experiments.ts';
import type { ClusterFacts, FoundObject, NodeFact, Right } from './facts.ts';
import { rightsNeeded, rightsPassedOn } from './rights.ts';

/** What a cluster that we made ourselves is asked: the rest is as we made it. */
export async function gatherNodes(cluster: Cluster): Promise<ClusterFacts> {
  const [version, nodes] = await Promise.all([versionOf(cluster), listNodes(cluster.http)]);
  return { version, nodes, found: [], denied: [], unknownKinds: [], refused: [], running: [], metrics: true };
}

export async function gather(cluster: Cluster, manifests: readonly Manifest[]): Promise<ClusterFacts> {
  const { http } = cluster;
  const version = await versionOf(cluster);
  const resources = new Resources(http);
  const { kept, unknownKinds } = await kinds(manifests, resources);
  const keptOf = ({ apiVersion, kind }: Manifest) => kept.get(`${kind} in ${apiVersion}`);
  const ofCluster = manifests.filter((manifest) => keptOf(manifest)?.namespaced === false);
  const [user, nodes, found, denied, running, metrics] = await Promise.all([
    whoAmI(http),
    unless(403, listNodes(http), []),
    findObjects({ http, resources, manifests: ofCluster }),
    askRights(http, rightsNeeded(manifests, keptOf)),
    runningExperiments(http),
    answers(http, '/apis/metrics.k8s.io/v1beta1'),
  ]);
  const mayEscalate = await askRights(http, ESCALATING);
  const passedOn = mayEscalate.length === 0 ? [] : await askRights(http, rightsPassedOn(manifests));
  const refused = await dryRun({ http, resources, manifests: ofCluster });
  return { version, user, nodes, found, denied: [...denied, ...passedOn], unknownKinds, refused, running, metrics };
}

async function kinds(manifests: readonly Manifest[], resources: Resources) {
  const one = new Map(manifests.map((manifest) => [`${manifest.kind} in ${manifest.apiVersion}`, manifest]));
  const kept = new Map<string, Resource>();
  const unknownKinds: string[] = [];
  for (const [kind, manifest] of one) {
    try {
      kept.set(kind, await resources.find(manifest));
    } catch (thrown) {
      const absent = thrown instanceof FaultflixError && ['could-not-run', 'not-found'].includes(thrown.code);
      if (!absent) throw thrown;
      unknownKinds.push(kind);
    }
  }
  return { kept, unknownKinds };
}

interface NodeObject {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: { readonly unschedulable?: boolean; readonly taints?: ReadonlyArray<{ readonly effect: string }> };
  readonly status?: {
    readonly conditions?: ReadonlyArray<{ readonly type: string; readonly status: string }>;
    readonly nodeInfo?: {
      readonly kubeletVersion: string;
      readonly architecture: string;
      readonly operatingSystem: string;
    };
    readonly images?: ReadonlyArray<{ readonly names?: readonly string[] }>;
  };
}

async function listNodes(http: KubeHttp): Promise<readonly NodeFact[]> {
  const { items } = await http.json<{ items: NodeObject[] }>({ path: '/api/v1/nodes' });
  return items.map(({ metadata, spec = {}, status = {} }) => ({
    name: metadata.name,
    labels: metadata.labels ?? {},
    ready: status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false,
    schedulable:
      spec.unschedulable !== true &&
      (status.nodeInfo?.operatingSystem ?? 'linux') === 'linux' &&
      !(spec.taints ?? []).some(({ effect }) => effect !== 'PreferNoSchedule'),
    kubelet: status.nodeInfo?.kubeletVersion ?? '',
    architecture: status.nodeInfo?.architecture ?? '',
    images: status.images?.flatMap(({ names = [] }) => names) ?? [],
  }));
}

async function whoAmI(http: KubeHttp): Promise<string | undefined> {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
  // Only a name for the messages: a cluster may keep it to itself.
  const asked = http.json<{ status?: { userInfo?: { username?: string } } }>({ method: 'POST', path, body });
  return (await asked.catch(() => undefined))?.status?.userInfo?.username;
}

/** Who may do these to every role need not hold what the roles give: k8s.io/kubernetes, registry/rbac/escalation_check. */
const ESCALATING: readonly Right[] = ['roles', 'clusterroles'].flatMap((resource) =>
  ['escalate', 'bind'].map((verb) => ({ verb, group: 'rbac.authorization.k8s.io', resource })),
);

/** Those that we do not have. What is allowed in every namespace is not asked of each. */
async function askRights(http: KubeHttp, rights: readonly Right[]): Promise<Right[]> {
  const everywhere = new Map<string, Promise<boolean>>();
  const allowedEverywhere = (right: Right) => {
    const key = [right.verb, right.group, right.resource].join('\n');
    const asked = everywhere.get(key) ?? allowed(http, { ...right, namespace: undefined, name: undefined });
    everywhere.set(key, asked);
    return asked;
  };
  const denied = await Promise.all(
    rights.map(async (right) => {
      if (await allowedEverywhere(right)) return [];
      if (right.namespace === undefined && right.name === undefined) return [right];
      return (await allowed(http, right)) ? [] : [right];
    }),
  );
  return denied.flat();
}

async function allowed(http: KubeHttp, { verb, group, resource, namespace, name }: Right): Promise<boolean> {
  const [plural, subresource] = resource.split('/');
  const { status } = await http.json<{ status: { allowed: boolean } }>({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { verb, group, resource: plural, subresource, namespace, name } },
    },
  });
  return status.allowed;
}

interface OfCluster {
  readonly http: KubeHttp;
  readonly resources: Resources;
  readonly manifests: readonly Manifest[];
}

interface ObjectOfCluster {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>>; readonly deletionTimestamp?: string };
  readonly status?: { readonly storedVersions?: readonly string[] };
}

async function findObjects({ http, resources, manifests }: OfCluster): Promise<readonly FoundObject[]> {
  const found = await Promise.all(
    manifests.map(async (manifest): Promise<FoundObject[]> => {
      const { kind, metadata } = manifest;
      const path = `${await resources.collection(manifest)}/${metadata.name}`;
      // What may not be read is told among the rights.
      const object = await unless(403, unless(404, http.json<ObjectOfCluster>({ path }), undefined), undefined);
      if (!object) return [];
      const { labels = {}, deletionTimestamp } = object.metadata;
      const stored = object.status?.storedVersions;
      return [
        {
          kind,
          name: metadata.name,
          labels,
          deleting: deletionTimestamp !== undefined,
          ...(stored ? { storedVersions: stored } : {}),
        },
      ];
    }),
  );
  return found.flat();
}

/** Names of those that are not over; none where our kind is not known. */
export async function runningExperiments(http: KubeHttp): Promise<readonly string[]> {
  const all = await unless(403, unless(404, listExperiments(http), []), []);
  return all.filter(({ status }) => status?.phase !== 'Complete').map(({ metadata }) => metadata.name);
}

async function answers(http: KubeHttp, path: string): Promise<boolean> {
  return http.json({ path }).then(
    () => true,
    (thrown: unknown) => {
      if (thrown instanceof KubeStatusError) return false;
      throw thrown;
    },
  );
}

/** What admission says to our objects of the whole cluster; those in namespaces can be asked only once these are there. */
async function dryRun({ http, resources, manifests }: OfCluster): Promise<ClusterFacts['refused']> {
  const refused = await Promise.all(
    manifests.map(async (manifest) => {
      try {
        await patch(manifest, { http, resources, dryRun: true });
        return [];
      } catch (thrown) {
        if (!(thrown instanceof KubeStatusError)) throw thrown;
        // Rights are told by themselves.
        return thrown.reason === 'Forbidden' && /cannot (patch|create|get)|attempting to grant/.test(thrown.message)
          ? []
          : [{ what: describe(manifest), why: messageOf(thrown) }];
      }
    }),
  );
  return refused.flat();
}

async function unless<T, F>(status: number, asked: Promise<T>, otherwise: F): Promise<T | F> {
  try {
    return await asked;
  } catch (thrown) {
    if (thrown instanceof KubeStatusError && thrown.status === status) return otherwise;
    throw thrown;
  }
}
