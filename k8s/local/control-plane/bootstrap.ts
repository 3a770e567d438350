import { type Clock, systemClock } from '#base/clock.ts';
import { type KubeHttp, KubeStatusError } from '#base/kube/http.ts';
import { KUBELET_USER } from './flags.ts';

const RBAC = 'rbac.authorization.k8s.io';
const READ = ['get', 'list', 'watch'];

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const rule = (group: string, resources: readonly string[], verbs: readonly string[]): Rule => ({
  apiGroups: [group],
  resources,
  verbs,
});

/**
 * What the kubelet may do. The Node authorizer gives each node a user of its own; here one process plays every node, so
 * one user has the rights of `system:node` (pkg/auth of Kubernetes, "nodeRules") for all nodes, plus what serves
 * `kubectl top` and asking who calls the kubelet's own port.
 */
const kubeletRules: readonly Rule[] = [
  rule('', ['nodes', 'nodes/status'], [...READ, 'create', 'update', 'patch', 'delete']),
  rule('', ['pods'], [...READ, 'create', 'delete', 'patch', 'update']),
  rule('', ['pods/status', 'pods/resize'], ['get', 'update', 'patch']),
  rule('', ['pods/eviction'], ['create']),
  rule('', ['pods/binding', 'bindings'], ['create']),
  rule('', ['configmaps', 'secrets', 'services', 'serviceaccounts', 'namespaces', 'endpoints'], READ),
  rule('', ['serviceaccounts/token'], ['create']),
  rule('', ['events'], ['create', 'patch', 'update']),
  rule('', ['services'], ['create', 'update', 'patch', 'delete']),
  rule('events.k8s.io', ['events'], ['create', 'patch', 'update']),
  rule('discovery.k8s.io', ['endpointslices'], READ),
  rule('coordination.k8s.io', ['leases'], [...READ, 'create', 'update', 'patch', 'delete']),
  rule('node.k8s.io', ['runtimeclasses'], READ),
  rule('authentication.k8s.io', ['tokenreviews'], ['create']),
  rule('authorization.k8s.io', ['subjectaccessreviews'], ['create']),
  rule('apiregistration.k8s.io', ['apiservices'], [...READ, 'create', 'update', 'patch', 'delete']),
];

const metadata = (name: string) => ({ name, labels: { 'app.kubernetes.io/part-of': 'faultflix' } });

const binding = (name: string, role: string, subject: { readonly kind: 'User' | 'Group'; readonly name: string }) => ({
  path: `/apis/${RBAC}/v1/clusterrolebindings`,
  body: {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: metadata(name),
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup: RBAC, ...subject }],
  },
});

const objects = [
  {
    path: `/apis/${RBAC}/v1/clusterroles`,
    body: { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: metadata(KUBELET_USER), rules: kubeletRules },
  },
  binding(KUBELET_USER, KUBELET_USER, { kind: 'User', name: KUBELET_USER }),
  // For a kubelet that asks the API server what its callers may do: the API server may do all, as in any cluster.
  binding('faultflix:apiserver', 'system:kubelet-api-admin', { kind: 'Group', name: 'faultflix:apiserver' }),
  // What a metrics server has to read to know its callers.
  {
    path: `/apis/${RBAC}/v1/namespaces/kube-system/rolebindings`,
    body: {
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      metadata: { ...metadata('faultflix:kubelet-auth-reader'), namespace: 'kube-system' },
      roleRef: { apiGroup: RBAC, kind: 'Role', name: 'extension-apiserver-authentication-reader' },
      subjects: [{ apiGroup: RBAC, kind: 'User', name: KUBELET_USER }],
    },
  },
  // `kubectl top` for everyone whom the default roles let read.
  {
    path: `/apis/${RBAC}/v1/clusterroles`,
    body: {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRole',
      metadata: {
        name: 'faultflix:metrics-reader',
        labels: {
          'app.kubernetes.io/part-of': 'faultflix',
          'rbac.authorization.k8s.io/aggregate-to-view': 'true',
        },
      },
      rules: [rule('metrics.k8s.io', ['pods', 'nodes'], READ)],
    },
  },
];

/** An object and where it is posted. */
export interface Made {
  readonly path: string;
  readonly body: unknown;
}

/** Objects that the cluster itself needs. */
export const bootstrap = (api: KubeHttp): Promise<void> => createAll(api, objects);

/** Made once; those that are there already are left as they are. */
export async function createAll(api: KubeHttp, all: readonly Made[]): Promise<void> {
  await Promise.all(
    all.map(async ({ path, body }) => {
      try {
        await api.json({ method: 'POST', path, body });
      } catch (error) {
        if (!(error instanceof KubeStatusError && error.reason === 'AlreadyExists')) throw error;
      }
    }),
  );
}

const POLL_MS = 50;

/**
 * Waits until the controllers do their work: pods can be made only in a namespace that has its `default` account, and a
 * controller makes that. Asked for, not watched: it is a matter of milliseconds.
 */
export async function untilControlled(api: KubeHttp, signal: AbortSignal, clock: Clock = systemClock): Promise<void> {
  for (;;) {
    try {
      await api.json({ path: '/api/v1/namespaces/default/serviceaccounts/default', signal });
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof KubeStatusError && error.status === 404)) throw error;
    }
    await clock.sleep(POLL_MS, signal);
  }
}
