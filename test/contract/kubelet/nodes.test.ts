import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testCluster } from './support/cluster.ts';
import { eventually, type Json } from './support/space.ts';

const cluster = testCluster();
const nodes = async (): Promise<Json[]> => (await (await cluster).http.json<Json>({ path: '/api/v1/nodes' })).items;

describe('nodes', { concurrency: 2 }, () => {
  it('are Ready, without pressure, and say what they are and have', async () => {
    for (const { metadata, status } of await nodes()) {
      const of = (type: string) => status.conditions.find((condition: Json) => condition.type === type)?.status;
      assert.deepEqual(
        ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'].map(of),
        ['True', 'False', 'False', 'False'],
        metadata.name,
      );
      for (const name of ['cpu', 'memory', 'pods']) assert.ok(status.allocatable[name], `${metadata.name}: ${name}`);
      for (const name of ['kubernetes.io/hostname', 'kubernetes.io/os', 'kubernetes.io/arch'])
        assert.ok(metadata.labels[name], name);
      assert.equal(status.nodeInfo.operatingSystem, metadata.labels['kubernetes.io/os']);
      assert.ok(status.nodeInfo.kubeletVersion.startsWith('v1.'));
    }
  });

  it('renew their leases', async () => {
    const { http } = await cluster;
    const [node] = await nodes();
    const path = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${node.metadata.name}`;
    const first = await http.json<Json>({ path });
    assert.equal(first.spec.holderIdentity, node.metadata.name);
    assert.equal(first.metadata.ownerReferences[0].uid, node.metadata.uid);
    await eventually('a renewal', async () => {
      const now = await http.json<Json>({ path });
      assert.ok(Date.parse(now.spec.renewTime) > Date.parse(first.spec.renewTime));
    });
  });
});
