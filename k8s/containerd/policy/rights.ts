/** Whom the enforcer's certificate names. */
export const POLICY_USER = 'faultflix:network-policy';

const API = 'rbac.authorization.k8s.io';
const labels = { 'app.kubernetes.io/part-of': 'faultflix' };
const read = ['list', 'watch'];

/** What that user may do, as objects to create: it reads what policies speak of, and writes events. */
export const policyRights = [
  {
    path: `/apis/${API}/v1/clusterroles`,
    body: {
      apiVersion: `${API}/v1`,
      kind: 'ClusterRole',
      metadata: { name: POLICY_USER, labels },
      rules: [
        { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: read },
        { apiGroups: [''], resources: ['pods', 'namespaces'], verbs: read },
        { apiGroups: [''], resources: ['events'], verbs: ['create'] },
      ],
    },
  },
  {
    path: `/apis/${API}/v1/clusterrolebindings`,
    body: {
      apiVersion: `${API}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: POLICY_USER, labels },
      roleRef: { apiGroup: API, kind: 'ClusterRole', name: POLICY_USER },
      subjects: [{ apiGroup: API, kind: 'User', name: POLICY_USER }],
    },
  },
] as const;
