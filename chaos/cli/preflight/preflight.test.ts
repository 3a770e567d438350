/** The edge: what is asked of an API server, and that nothing of it changes anything. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ApiRequest, fakeApi } from '../testing/fake-api.ts';
import { preflight } from './preflight.ts';

const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
const role = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'faultflix-x' },
  rules: [{ apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get'] }],
};
const manifests = [namespace('global'), role];
const node = {
  metadata: { name: 'n', labels: {} },
  spec: {},
  status: {
    conditions: [{ type: 'Ready', status: 'True' }],
    nodeInfo: { kubeletVersion: 'v1.37.2', architecture: 'amd64', operatingSystem: 'linux' },
    images: [{ names: ['pause'] }],
  },
};

interface Cluster {
  readonly denies?: (attributes: {
    verb: string;
    resource: string;
    subresource?: string;
    namespace?: string;
  }) => boolean;
  readonly namespaceLabels?: Record<string, string>;
  readonly admission?: string;
  readonly nodes?: readonly unknown[];
}

const answerOf =
  ({ denies = () => false, namespaceLabels, admission, nodes = [node] }: Cluster) =>
  ({ method, url, body, response }: ApiRequest): unknown => {
    const { pathname: path } = url;
    if (path === '/version') return { gitVersion: 'v1.37.2' };
    if (path === '/api/v1') return { resources: [{ name: 'namespaces', kind: 'Namespace', namespaced: false }] };
    if (path === '/apis/rbac.authorization.k8s.io/v1')
      return { resources: [{ name: 'clusterroles', kind: 'ClusterRole', namespaced: false }] };
    if (path.endsWith('/selfsubjectreviews')) return { status: { userInfo: { username: 'bob' } } };
    if (path.endsWith('/selfsubjectaccessreviews'))
      return { status: { allowed: !denies(JSON.parse(body).spec.resourceAttributes) } };
    if (path === '/api/v1/nodes') return { items: nodes };
    if (path === '/api/v1/namespaces/global' && method === 'GET' && namespaceLabels)
      return { metadata: { name: 'global', labels: namespaceLabels } };
    if (method === 'PATCH') {
      if (!admission || !path.endsWith('global')) return {};
      response.statusCode = 403;
      response.end(JSON.stringify({ kind: 'Status', reason: 'Forbidden', message: admission }));
      return 'written';
    }
    return undefined;
  };

async function checked(cluster: Cluster) {
  const changes: string[] = [];
  await using api = await fakeApi((request) => {
    const { method, url } = request;
    const asks =
      method === 'GET' || /selfsubject\w*reviews$/.test(url.pathname) || url.searchParams.get('dryRun') === 'All';
    if (!asks) changes.push(`${method} ${url.pathname}`);
    return answerOf(cluster)(request);
  });
  const options = { manifests, foreign: true, registry: false, regionsAsNamespaces: false };
  const fake = { http: api.http, server: api.server, kubeconfig: 'f', exec: () => assert.fail(), close() {} };
  try {
    return await preflight({ ...options, cluster: fake });
  } finally {
    assert.deepEqual(changes, [], 'a preflight changes nothing');
  }
}

const refusedWith = (cluster: Cluster, received: RegExp) =>
  assert.rejects(checked(cluster), (error: { code: string; received: string; todo: string }) => {
    assert.equal(error.code, 'could-not-run');
    assert.match(error.received, received);
    assert.ok(error.todo);
    return true;
  });

describe('a preflight', () => {
  it('takes a cluster of one node, and says what it is', async () => {
    const { placement, facts } = await checked({});
    assert.equal(placement, 'one-node');
    assert.equal(facts.user, 'bob');
    assert.equal(facts.metrics, false);
  });

  it('asks in the namespace what is not allowed everywhere', async () => {
    const { facts } = await checked({
      denies: ({ resource, namespace: of }) => resource === 'secrets' && of === undefined,
    });
    assert.deepEqual(facts.denied, []);
  });

  it('refuses without a right', () =>
    refusedWith(
      { denies: ({ resource, verb }) => resource === 'namespaces' && verb === 'create' },
      /bob may not\n {2}create namespaces/,
    ));

  it('refuses who may neither escalate nor has what our roles give', async () => {
    const passedOn = (has: boolean) => ({
      denies: ({
        verb,
        resource,
        subresource,
        namespace: of,
      }: {
        verb: string;
        resource: string;
        subresource?: string;
        namespace?: string;
      }) => verb === 'escalate' || (!has && resource === 'pods' && subresource === 'log' && of === undefined),
    });
    await refusedWith(passedOn(false), /right to\n {2}get pods\/log/);
    assert.deepEqual((await checked(passedOn(true))).refusals, []);
  });

  it('refuses a namespace of somebody else', () =>
    refusedWith({ namespaceLabels: { team: 'x' } }, /Namespace global is there and not ours/));

  it('refuses what admission would refuse', () =>
    refusedWith({ admission: 'admission webhook "w" denied the request' }, /would refuse Namespace global: .*webhook/));

  it('refuses nodes that take no pods, whatever keeps them out', async () => {
    const out: Record<string, object> = {
      cordon: { ...node, spec: { unschedulable: true } },
      taint: { ...node, spec: { taints: [{ effect: 'NoSchedule' }] } },
      windows: {
        ...node,
        status: { ...node.status, nodeInfo: { ...node.status.nodeInfo, operatingSystem: 'windows' } },
      },
      ready: { ...node, status: { ...node.status, conditions: [{ type: 'Ready', status: 'Unknown' }] } },
    };
    for (const each of Object.values(out)) await refusedWith({ nodes: [each] }, /no node takes pods/);
  });

  it('tells several things in one error', () =>
    refusedWith({ nodes: [], namespaceLabels: {}, admission: 'no' }, /- .*\n- .*\n- /));
});
