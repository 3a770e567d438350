/** RBAC: what each account may do, asked with its own token. A right that is not listed as used is tried as one it lacks. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { KubeHttp, type KubeRequest } from '#base/kube/http.ts';
import { kubeconfigConnection } from '#base/kube/kubeconfig.ts';
import { places } from '#base/names.ts';
import { answerOf, testPlatform } from './support/platform.ts';
import { probePod } from './support/pods.ts';

const connecting = testPlatform();

type Asked = string | KubeRequest;
interface Rights {
  readonly namespace: string;
  readonly account: string;
  readonly can: readonly Asked[];
  readonly cannot: readonly Asked[];
}

const pods = (namespace: string) => `/api/v1/namespaces/${namespace}/pods`;
const secrets = (namespace: string) => `/api/v1/namespaces/${namespace}/secrets`;
const maps = (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`;
const slices = (namespace: string) => `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
const budgets = (namespace: string) => `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;
const experiments = '/apis/faultflix.dev/v1alpha1/namespaces/chaos/experiments';
const leases = '/apis/coordination.k8s.io/v1/namespaces/chaos/leases';
const jobs = '/apis/batch/v1/namespaces/chaos/jobs';
/** One that nobody has: whoever may ask is told 404, whoever may not 403. */
const NOBODY = 'faultflix-walls-nobody';
const GUARDS = { fieldSelector: 'metadata.name=guards' };
const dry = (path: string, body: unknown, method = 'POST'): KubeRequest => ({
  method,
  path,
  body,
  query: { dryRun: 'All' },
});
const remove = (path: string): KubeRequest => ({ method: 'DELETE', path: `${path}/${NOBODY}` });

/** What none of them may, wherever it asks. */
const never: readonly Asked[] = [
  '/api/v1/secrets',
  '/api/v1/nodes',
  '/api/v1/configmaps',
  ...['kube-system', 'default', 'chaos', 'us-east-1', 'global'].map(secrets),
  `${secrets('us-east-1')}/viewer-ca`,
  `${secrets('chaos')}/warden-token`,
  pods('kube-system'),
  maps('kube-system'),
  remove(pods('kube-system')),
  remove(pods('default')),
  remove(pods('chaos')),
  remove('/api/v1/nodes'),
  remove('/api/v1/namespaces'),
  dry(pods('us-east-1'), probePod({ namespace: 'us-east-1', name: 'rights' })),
  dry(pods('chaos'), probePod({ namespace: 'chaos', name: 'rights' })),
  { method: 'POST', path: `${pods('us-east-1')}/${NOBODY}/exec?command=id` },
  { method: 'POST', path: `${pods('us-east-1')}/${NOBODY}/eviction`, body: {} },
  dry('/api/v1/namespaces/us-east-1/serviceaccounts/faultflix-service/token', {}),
  dry('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', { metadata: { name: NOBODY } }),
  dry('/apis/rbac.authorization.k8s.io/v1/namespaces/us-east-1/rolebindings', { metadata: { name: NOBODY } }),
  '/apis/networking.k8s.io/v1/namespaces/us-east-1/networkpolicies',
  '/api/v1/namespaces/us-east-1/resourcequotas',
  '/apis/apps/v1/namespaces/us-east-1/deployments',
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  dry(`${maps('us-east-1')}/guards`, { data: { breaker: 'off' } }, 'PUT'),
];

const service = (namespace: string, elsewhere: string): Rights => ({
  namespace,
  account: 'faultflix-service',
  can: [{ path: maps(namespace), query: GUARDS }, ...places.map(slices)],
  cannot: [
    ...never,
    maps(namespace),
    `${maps(namespace)}/guards`,
    { path: maps(elsewhere), query: GUARDS },
    pods(namespace),
    '/api/v1/pods',
    remove(pods(namespace)),
    slices('chaos'),
    slices('kube-system'),
    '/apis/discovery.k8s.io/v1/endpointslices',
    experiments,
  ],
});

const table: readonly Rights[] = [
  service('us-east-1', 'us-west-2'),
  service('us-west-2', 'us-east-1'),
  service('ap-south-1', 'us-east-1'),
  service('global', 'us-east-1'),
  {
    namespace: 'chaos',
    account: 'controller',
    can: [
      experiments,
      `${experiments}/${NOBODY}`,
      { method: 'PUT', path: `${experiments}/${NOBODY}/status`, body: status() },
      `${leases}/controller`,
      dry(leases, { metadata: { name: NOBODY, namespace: 'chaos' }, spec: {} }),
      dry(jobs, job()),
      `${jobs}/${NOBODY}`,
      remove(jobs),
      pods('chaos'),
      `${pods('chaos')}/${NOBODY}/log`,
      { path: '/api/v1/namespaces', query: { fieldSelector: 'metadata.name=chaos' } },
      ...places.flatMap((place) => [pods(place), remove(pods(place)), slices(place), budgets(place)]),
    ],
    cannot: [
      ...never,
      '/api/v1/pods',
      '/api/v1/namespaces',
      `${leases}/${NOBODY}`,
      remove(leases),
      remove(experiments),
      dry(experiments, { metadata: { name: NOBODY } }),
      jobs,
      maps('chaos'),
      maps('us-east-1'),
      `${pods('us-east-1')}/${NOBODY}/log`,
      { method: 'DELETE', path: pods('us-east-1'), query: { dryRun: 'All' } },
      '/apis/batch/v1/namespaces/us-east-1/jobs',
      budgets('kube-system'),
      budgets('chaos'),
    ],
  },
  {
    namespace: 'chaos',
    account: 'warden',
    can: ['/api/v1/pods', { path: '/api/v1/pods', query: { fieldSelector: 'spec.nodeName=x' } }],
    cannot: [
      ...never.filter((asked) => asked !== pods('kube-system')),
      `${pods('us-east-1')}/${NOBODY}`,
      remove(pods('us-east-1')),
      `${pods('us-east-1')}/${NOBODY}/log`,
      experiments,
      jobs,
      leases,
      slices('us-east-1'),
    ],
  },
  ...[...places, 'chaos'].map((namespace) => ({
    namespace,
    account: 'default',
    can: [],
    cannot: [...never, pods(namespace), maps(namespace), slices(namespace), experiments],
  })),
];

for (const { namespace, account, can, cannot } of table)
  describe(`${namespace}/${account}`, () => {
    const connect = async () => {
      const platform = await connecting;
      const { status } = await platform.http.json<{ status: { token: string } }>({
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 600 } },
      });
      const { server, ca } = await kubeconfigConnection(platform.kubeconfig);
      return new KubeHttp({ server, ca, token: () => status.token });
    };
    const connected = Promise.withResolvers<KubeHttp>();
    connected.promise.catch(() => undefined);
    connect().then(connected.resolve, connected.reject);

    test('is who it says it is', async () => {
      const http = await connected.promise;
      const { status } = await http.json<{ status: { userInfo: { username: string } } }>({
        method: 'POST',
        path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
      });
      assert.equal(status.userInfo.username, `system:serviceaccount:${namespace}:${account}`);
    });

    for (const asked of can)
      test(`can ${textOf(asked)}`, async () => {
        const { status, message } = await answerOf(await connected.promise, requestOf(asked));
        // 404: it may ask, and there is none.
        assert.ok(status === 200 || status === 404, `HTTP ${status} ${message}`);
      });
    for (const asked of cannot)
      test(`cannot ${textOf(asked)}`, async () => {
        const { status, message } = await answerOf(await connected.promise, requestOf(asked));
        assert.equal(status, 403, message);
        assert.match(message, /is forbidden: User "system:serviceaccount:/, 'refused by RBAC and by nothing else');
      });
  });

function requestOf(asked: Asked): KubeRequest {
  return typeof asked === 'string' ? { path: asked } : asked;
}
function textOf(asked: Asked): string {
  const { method = 'GET', path, query } = requestOf(asked);
  return `${method} ${path}${query ? ` ${JSON.stringify(query)}` : ''}`;
}

function status(): object {
  return {
    apiVersion: 'faultflix.dev/v1alpha1',
    kind: 'Experiment',
    metadata: { name: NOBODY, namespace: 'chaos' },
    spec: {},
    status: { phase: 'Pending' },
  };
}

function job(): object {
  const { spec } = probePod({ namespace: 'chaos', name: 'rights' });
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: NOBODY, namespace: 'chaos' },
    spec: { template: { spec: { ...spec, restartPolicy: 'Never' } } },
  };
}
