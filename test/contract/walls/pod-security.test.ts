/** Pod Security `restricted` in every namespace of ours, asked of the API server with a pod of each kind it must refuse. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { V1Pod } from '@kubernetes/client-node';
import { CHAOS_NAMESPACE, places } from '#base/names.ts';
import { answerOf, testPlatform } from './support/platform.ts';
import { probePod } from './support/pods.ts';

const connecting = testPlatform();

const inContainer = (securityContext: object) => (pod: V1Pod) => {
  const [first] = pod.spec!.containers;
  return { ...pod, spec: { ...pod.spec, containers: [{ ...first, securityContext }] } };
};
const inPod = (spec: object) => (pod: V1Pod) => ({ ...pod, spec: { ...pod.spec, ...spec } });
const hardened = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };

const bad: Readonly<Record<string, (pod: V1Pod) => object>> = {
  'that is privileged': inContainer({ privileged: true }),
  'that runs as root': inContainer({ ...hardened, runAsUser: 0 }),
  'that may gain privileges': inContainer({ capabilities: { drop: ['ALL'] } }),
  'that keeps its capabilities': inContainer({ allowPrivilegeEscalation: false }),
  'that adds NET_ADMIN': inContainer({ ...hardened, capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } }),
  'without seccomp': inPod({ securityContext: { runAsNonRoot: true, runAsUser: 10001 } }),
  'in its node’s network': inPod({ hostNetwork: true }),
  'among its node’s processes': inPod({ hostPID: true }),
  'with its node’s files': inPod({ volumes: [{ name: 'root', hostPath: { path: '/' } }] }),
};

for (const namespace of [...places, CHAOS_NAMESPACE])
  describe(`in ${namespace}`, () => {
    const create = async (change: (pod: V1Pod) => object) =>
      answerOf((await connecting).http, {
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/pods`,
        query: { dryRun: 'All' },
        body: change(probePod({ namespace, name: 'security' })),
      });

    test('a pod with nothing of that is let in', async () => {
      assert.deepEqual(await create((pod) => pod), { status: 200, message: '' });
    });

    for (const [what, change] of Object.entries(bad))
      test(`a pod ${what} is refused`, async () => {
        const { status, message } = await create(change);
        // An API server without --allow-privileged says so before anyone else is asked.
        if (status === 422) return assert.match(message, /privileged: Forbidden: disallowed by cluster policy/);
        assert.equal(status, 403);
        assert.match(message, /violates PodSecurity "restricted:/);
      });
  });
