import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FaultflixError } from '#base/errors.ts';
import { kubeconfig } from '../../local/control-plane/kubeconfig.ts';
import type { Pki } from '../../local/control-plane/pki.ts';
import { createCgroup } from '../cgroups.ts';
import { type ClusterConfig, type NodeConfig, nodePlaces, places } from '../config.ts';
import { BRIDGE_ADDRESS, type NodeLayout } from '../layout.ts';
import { type NodeSays, onMessages, say } from '../lines.ts';
import { spawnInNamespaces } from '../namespaces.ts';
import { POLICY_USER } from '../policy/rights.ts';
import { plugIn } from './network.ts';

/** Kubernetes brings along what it may do. */
export const PROXY_USER = 'system:kube-proxy';

const MAIN = join(import.meta.dirname, '..', 'node', 'main.ts');

export interface RunningNode {
  readonly layout: NodeLayout;
  /** It may ask for its place in the cluster: the API is there. */
  join(): void;
  /** Ends its processes in order; resolves when its namespaces are empty. */
  stop(): Promise<void>;
}

export interface NodeOptions {
  readonly config: ClusterConfig;
  readonly layout: NodeLayout;
  readonly pki: Pki;
  readonly hear: (message: Exclude<NodeSays, { readonly type: 'born' }>) => void;
  readonly onEnd: (error: FaultflixError) => void;
}

/** Starts a node in namespaces of its own; resolves when it is on the network. */
export async function startNode({ config, layout, pki, hear, onEnd }: NodeOptions): Promise<RunningNode> {
  const at = places(config.stateDir);
  const own = writeNodeFiles(config, layout, pki);
  const logFile = join(at.logs, `node-${layout.name}.log`);
  const log = openSync(logFile, 'a', 0o600);
  const child = spawnInNamespaces({
    // A cgroup of v2 with processes may have no children, so they have one beside the pods'.
    cgroups: createCgroup(`${own.cgroup}/services`),
    command: process.execPath,
    args: [MAIN, nodePlaces(own.folder).config],
    env: process.env,
    stderr: log,
  });
  closeSync(log);
  let stopping = false;
  const ended = once(child, 'exit').then(([code, signal]) => {
    if (stopping) return;
    onEnd(
      new FaultflixError('could-not-run', `the node ${layout.name} ended`, {
        where: logFile,
        received: String(signal ?? `exit code ${code}`),
      }),
    );
  });
  child.stdin!.on('error', () => {}); // it is gone: `exit` says so
  await new Promise<void>((resolve, reject) => {
    void ended.then(() =>
      reject(new FaultflixError('could-not-run', `the node ${layout.name} did not start`, { where: logFile })),
    );
    onMessages<NodeSays>(child.stdout!, (message) => {
      if (message.type === 'born') resolve();
      else hear(message);
    });
  });
  await plugIn(layout, child.pid!);
  say(child.stdin!, { type: 'network' });
  return {
    layout,
    join: () => say(child.stdin!, { type: 'join' }),
    async stop() {
      stopping = true;
      child.stdin!.end();
      await ended;
    },
  };
}

function writeNodeFiles(config: ClusterConfig, layout: NodeLayout, pki: Pki): NodeConfig {
  const { stateDir, nodes, machine } = config;
  const folder = places(stateDir).nodeFolder(layout.name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const own: NodeConfig = {
    layout,
    others: nodes.filter((other) => other !== layout),
    folder,
    stateDir,
    cgroup: `${config.cgroup}/${layout.name}`,
    reservedMemoryBytes: machine.memoryBytes * (1 - 1 / nodes.length),
  };
  const at = nodePlaces(folder);
  const { client, server } = pki.nodes.get(layout.name)!;
  const put = (path: string, text: string) => writeFileSync(path, text, { mode: 0o600 });
  const api = { context: `faultflix-${config.name}`, server: `https://${BRIDGE_ADDRESS}:6443`, ca: pki.ca };
  put(at.config, JSON.stringify(own));
  put(at.certificate, server.cert);
  put(at.key, server.key);
  put(at.kubeconfig, kubeconfig({ ...api, user: `system:node:${layout.name}`, credential: client }));
  const as = (user: string) => kubeconfig({ ...api, user, credential: pki.clients.get(user)! });
  put(at.proxyKubeconfig, as(PROXY_USER));
  put(at.policyKubeconfig, as(POLICY_USER));
  return own;
}
