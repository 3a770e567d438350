/** ResourceQuotas and LimitRanges: what one place may take of the cluster. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { V1Pod, V1ResourceQuota } from '@kubernetes/client-node';
import { places } from '#base/names.ts';
import { answerOf, eventually, testPlatform } from './support/platform.ts';
import { probePod } from './support/pods.ts';

const connecting = testPlatform();
const NOWHERE = { 'faultflix.dev/test': 'nowhere' };
const FILL = { 'faultflix.dev/test': 'walls-quota' };
/** The place in which the fewest run. */
const QUIET = 'ap-south-1';

test('one pod too many is refused, and let in when another is gone', async (t) => {
  const { http } = await connecting;
  const pods = `/api/v1/namespaces/${QUIET}/pods`;
  const quota = () =>
    http.json<V1ResourceQuota>({ path: `/api/v1/namespaces/${QUIET}/resourcequotas/faultflix-bounds` });
  const pod = probePod({ namespace: QUIET, name: 'fill', labels: FILL });
  const body = { ...pod, spec: { ...pod.spec, nodeSelector: NOWHERE } };
  const { status } = await quota();
  const [hard, used] = [Number(status!.hard!.pods), Number(status!.used!.pods)];
  assert.ok(used < hard / 2, `${used} of ${hard} are here`);
  t.after(async () => {
    const query = { labelSelector: 'faultflix.dev/test=walls-quota', gracePeriodSeconds: 0 };
    await http.json({ method: 'DELETE', path: pods, query });
    await eventually('the pods to be gone', async () =>
      Number((await quota()).status!.used!.pods) <= used ? true : undefined,
    );
  });
  let last: V1Pod | undefined;
  for (let n = used; n < hard; n++) last = await http.json<V1Pod>({ method: 'POST', path: pods, body });
  const refused = await answerOf(http, { method: 'POST', path: pods, body });
  assert.equal(refused.status, 403);
  assert.match(refused.message, /exceeded quota: faultflix-bounds, requested: pods=1/);
  await http.json({ method: 'DELETE', path: `${pods}/${last!.metadata!.name}`, query: { gracePeriodSeconds: 0 } });
  await eventually('room for one more', async () =>
    (await answerOf(http, { method: 'POST', path: pods, body })).status === 200 ? true : undefined,
  );
});

test('more memory than a place may have is refused, however few the pods', async () => {
  const { http } = await connecting;
  const pod = probePod({ namespace: 'us-east-1', name: 'large' });
  const [container] = pod.spec!.containers;
  const containers = Array.from({ length: 17 }, (_, index) => ({
    ...container!,
    name: `c${index}`,
    resources: { requests: { cpu: '1m', memory: '1Mi' }, limits: { memory: '1Gi' } },
  }));
  const create = (count: number) =>
    answerOf(http, {
      method: 'POST',
      path: '/api/v1/namespaces/us-east-1/pods',
      query: { dryRun: 'All' },
      body: { ...pod, spec: { ...pod.spec, containers: containers.slice(0, count) } },
    });
  const refused = await create(17);
  assert.equal(refused.status, 403);
  assert.match(refused.message, /exceeded quota: faultflix-bounds.*limits\.memory/);
  assert.equal((await create(2)).status, 200);
});

for (const namespace of [...places, 'chaos'])
  test(`in ${namespace} what states no bounds gets some, and nothing may have more than the range allows`, async () => {
    const { http } = await connecting;
    const path = `/api/v1/namespaces/${namespace}/pods`;
    const create = (resources: object) => ({
      method: 'POST',
      path,
      query: { dryRun: 'All' },
      body: probePod({ namespace, name: 'bounds', container: { resources } }),
    });
    const made = await http.json<V1Pod>(create({}));
    assert.deepEqual(made.spec!.containers[0]!.resources, {
      requests: { cpu: '10m', memory: '32Mi' },
      limits: { memory: '192Mi' },
    });
    const refused = await answerOf(http, create({ limits: { memory: '5Gi' } }));
    assert.equal(refused.status, 403);
    assert.match(refused.message, /maximum memory usage per Container/);
    assert.equal(
      (await answerOf(http, create({ limits: { memory: '1Gi' }, requests: { memory: '32Mi' } }))).status,
      200,
    );
  });

test('wardens do not count: there is one a node, however many nodes there are', async () => {
  const platform = await connecting;
  const quota = await platform.http.json<V1ResourceQuota>({
    path: '/api/v1/namespaces/chaos/resourcequotas/faultflix-bounds',
  });
  const { items } = await platform.http.json<{ items: V1Pod[] }>({ path: '/api/v1/namespaces/chaos/pods' });
  const counted = items.filter(({ metadata }) => metadata!.labels?.['app.kubernetes.io/name'] !== 'warden');
  assert.ok(counted.length < items.length);
  assert.equal(Number(quota.status!.used!.pods), counted.length);
});

test('a service of the platform cannot be put on the nodes’ own ports', async () => {
  const { http } = await connecting;
  for (const namespace of ['us-east-1', 'chaos']) {
    const create = (type: string) =>
      answerOf(http, {
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/services`,
        query: { dryRun: 'All' },
        body: { metadata: { name: 'door' }, spec: { type, ports: [{ port: 80 }] } },
      });
    const refused = await create('NodePort');
    assert.equal(refused.status, 403, namespace);
    assert.match(refused.message, /services\.nodeports/);
    assert.equal((await create('ClusterIP')).status, 200);
  }
});
