/** Puts a stage's results of the kubelet's suite into the document, when the whole of the suite was asked. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FaultflixError } from '#base/errors.ts';
import { KubeHttp } from '#base/kube/http.ts';
import { kubeconfigConnection } from '#base/kube/kubeconfig.ts';
import { onlyOurs, suite } from '../stages.ts';
import type { StageEnd } from '../test-run.ts';
import { columnOf, merged } from './document.ts';

export interface KeepOptions {
  readonly root: string;
  readonly files: readonly string[];
  /** The column of a stage that does not run on real nodes of our own. */
  readonly localName: string;
}

export function keepKubeletResults({ root, files, localName }: KeepOptions): (ended: StageEnd) => Promise<void> {
  const document = join(root, 'docs/kubelet-contract.md');
  return async ({ stage, kubeconfig, cases }) => {
    if (!kubeconfig || (stage.name !== 'kubelet' && stage.name !== 'nodes')) return;
    const own = cases.filter(({ file }) => suite(file));
    const asked = new Set(own.map(({ file }) => file));
    const missing = files.filter((file) => suite(file) && !onlyOurs(file) && !asked.has(file));
    if (missing.length > 0)
      throw new FaultflixError('could-not-run', 'the results were not written: not all of the suite ran', {
        received: `nothing of ${missing.join(', ')}`,
        todo: 'run it without a path',
      });
    const name = stage.name === 'nodes' ? 'containerd' : localName;
    const column = columnOf({ name, cluster: await about(kubeconfig), cases: own });
    // Read at the last moment: another stage may have written its own column.
    writeFileSync(document, merged(existsSync(document) ? readFileSync(document, 'utf8') : '', column));
  };
}

interface NodeInfo {
  readonly kubeletVersion: string;
  readonly containerRuntimeVersion: string;
  readonly kernelVersion: string;
  readonly osImage: string;
}

async function about(kubeconfig: string): Promise<string> {
  const http = new KubeHttp(await kubeconfigConnection(kubeconfig));
  try {
    const { items } = await http.json<{ items: { status: { nodeInfo: NodeInfo } }[] }>({ path: '/api/v1/nodes' });
    const each = items.map(({ status: { nodeInfo } }) => {
      const { kubeletVersion, containerRuntimeVersion, osImage, kernelVersion } = nodeInfo;
      return `kubelet ${kubeletVersion}, ${containerRuntimeVersion}, ${osImage}, Linux ${kernelVersion}`;
    });
    return `${items.length} nodes: ${[...new Set(each)].sort().join('; ')}`;
  } finally {
    http.close();
  }
}
