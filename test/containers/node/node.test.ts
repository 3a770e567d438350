/**
 * A node in a container, as kind has them, made of files of this machine: a real kubelet on a real containerd joins a
 * control plane that runs beside Docker.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { StartedTestContainer } from 'testcontainers';
import { createCgroup, removeCgroup } from '#k8s/containerd/cgroups.ts';
import { untilNodesReady } from '#k8s/containerd/inside/ready.ts';
import { BRIDGE_ADDRESS, layoutNodes } from '#k8s/containerd/layout.ts';
import { loaded } from '../support/images.ts';
import { enter, longStep } from '../support/inside.ts';
import { nothingLeft } from '../support/left.ts';
import { NodeContainer } from './container.ts';
import { controlPlane, type TestControlPlane } from './control-plane.ts';
import { type FixedNetwork, fixedNetwork } from './network.ts';

const { images, tools } = await enter({
  images: ['node', 'pause', 'shell'],
  tools: ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'],
});
const { FAULTFLIX_DOCKER_CGROUP: ownCgroup } = process.env;

const READY_BOUND_MS = 120_000;
const START_BOUND_MS = 240_000;
const KUBECTL_BOUND_MS = 60_000;
const POD_MEMORY_BYTES = 2 * 2 ** 30;
const POD_PROCESSES = 2_048;
const [layout] = layoutNodes(1);

const noNamespace = ownCgroup ? false : 'its addresses are fixed: only in a Docker of its own (with-docker)';

describe('a node in a container', { skip: noNamespace, timeout: START_BOUND_MS }, () => {
  const cgroup = `${ownCgroup}/node`;
  let network: FixedNetwork;
  let plane: TestControlPlane;
  let node: StartedTestContainer;

  const kubectl = async (...args: readonly string[]): Promise<string> => {
    const command = [tools.kubectl!, ['--kubeconfig', plane.kubeconfig, ...args]] as const;
    return (await promisify(execFile)(...command, { timeout: KUBECTL_BOUND_MS })).stdout;
  };

  before(
    async () => {
      const [nodeImage, ...others] = images;
      network = await fixedNetwork('faultflix-nodes', BRIDGE_ADDRESS);
      const [image] = await Promise.all([
        loaded(nodeImage!),
        longStep('control plane', async () => {
          plane = await controlPlane({ tools, nodes: [layout!], address: BRIDGE_ADDRESS });
        }),
      ]);
      createCgroup(cgroup, { memoryBytes: POD_MEMORY_BYTES, processes: POD_PROCESSES });
      await longStep('node', async () => {
        const { pki, server } = plane;
        const archives = others.map(({ archive }) => archive);
        const at = { layout: layout!, network: network.name, cgroup };
        node = await new NodeContainer({ image, pki, server, archives, ...at }).start();
        const signal = AbortSignal.timeout(READY_BOUND_MS);
        await untilNodesReady({ api: plane.api, names: [layout!.name], signal }).catch(async (cause: unknown) => {
          throw new Error(`the node said last:\n${await lastWords(node)}`, { cause });
        });
      });
    },
    { timeout: START_BOUND_MS },
  );

  after(async () => {
    await node?.stop();
    await plane?.stop();
    await network?.remove();
    if (ownCgroup) await removeCgroup(cgroup);
    await nothingLeft();
  });

  it('is a real one: kubelet and containerd say their versions', async () => {
    const info = JSON.parse(await kubectl('get', 'node', layout!.name, '-o', 'jsonpath={.status.nodeInfo}'));
    assert.match(info.kubeletVersion, /^v1\.37\./);
    assert.match(info.containerRuntimeVersion, /^containerd:\/\//);
  });

  it('runs a pod, gives its logs and runs a program in it', async () => {
    await kubectl(
      'run',
      'probe',
      '--image=faultflix.local/shell:dev',
      '--image-pull-policy=Never',
      '--restart=Never',
      '--command',
      '--',
      'sh',
      '-c',
      'echo started; sleep 600',
    );
    await kubectl('wait', '--for=condition=Ready', 'pod/probe', `--timeout=${KUBECTL_BOUND_MS / 1_000}s`);
    assert.equal(await kubectl('logs', 'probe'), 'started\n');
    assert.equal((await kubectl('exec', 'probe', '--', 'hostname')).trim(), 'probe');
    const where = await kubectl('get', 'pod', 'probe', '-o', 'jsonpath={.spec.nodeName} {.status.podIP}');
    assert.match(where, new RegExp(`^${layout!.name} 10\\.200\\.0\\.`));
  });

  it('ends the pod when it is deleted', async () => {
    await kubectl('delete', 'pod', 'probe', '--grace-period=1', '--wait=true');
    assert.equal(await kubectl('get', 'pods', '-o', 'name'), '');
  });

  it('does not run an image that it has not got', async () => {
    await kubectl(
      'run',
      'absent',
      '--image=faultflix.local/absent:dev',
      '--image-pull-policy=Never',
      '--restart=Never',
    );
    const reason = 'jsonpath={.status.containerStatuses[0].state.waiting.reason}';
    await kubectl('wait', `--for=${reason}=ErrImageNeverPull`, 'pod/absent', `--timeout=${KUBECTL_BOUND_MS / 1_000}s`);
    await kubectl('delete', 'pod', 'absent', '--now');
  });
});

async function lastWords(container: StartedTestContainer): Promise<string> {
  const lines: string[] = [];
  const logs = await container.logs({ tail: 40 });
  logs.on('data', (line) => lines.push(String(line)));
  logs.resume();
  await sleep(500); // the log of a container that runs has no end
  logs.destroy();
  return lines.join('').slice(-8_000);
}
