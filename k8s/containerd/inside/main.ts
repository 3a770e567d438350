/** A cluster: the first program in its namespaces. Started by ../cluster.ts; what is said: ../lines.ts. */
import { mkdirSync, readFileSync } from 'node:fs';
import { systemClock } from '#base/clock.ts';
import { asFaultflixError, FaultflixError } from '#base/errors.ts';
import { KubeHttp } from '#base/kube/http.ts';
import { createAll } from '../../local/control-plane/bootstrap.ts';
import { startControlPlane } from '../../local/control-plane/control-plane.ts';
import { createPki } from '../../local/control-plane/pki.ts';
import type { Stage } from '../../local/supervisor/events.ts';
import { type ClusterConfig, places } from '../config.ts';
import { Kept } from '../kept.ts';
import { BRIDGE_ADDRESS } from '../layout.ts';
import { type InsideSays, say } from '../lines.ts';
import { POLICY_USER, policyRights } from '../policy/rights.ts';
import { relay } from '../relay.ts';
import { serveMetrics } from './metrics.ts';
import { createBridge } from './network.ts';
import { PROXY_USER, type RunningNode, startNode } from './nodes.ts';
import { endPods } from './pods.ts';
import { untilNodesReady } from './ready.ts';
import { unprivileged } from './unprivileged.ts';

/** In a network namespace of its own they are always free. */
const PORTS = { etcd: 2379, etcdPeer: 2380, apiserver: 6443, controllerManager: 10257, scheduler: 10259 };
const NODES_READY_BOUND_MS = 180_000;
const PODS_END_BOUND_MS = 10_000;

const tell = (message: InsideSays) => say(process.stdout, message);
const config = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as ClusterConfig;
const at = places(config.stateDir);
const ending = new AbortController();
const nodes: RunningNode[] = [];
const kept = new Kept({
  logs: at.logs,
  env: process.env,
  onProcess: (inner) => tell({ type: 'process', ...inner }),
  onRestart: (inner, because) => tell({ type: 'restarted', ...inner, because }),
  onGiveUp: fail,
});
let api: KubeHttp | undefined;

async function stage<T>(name: Stage, work: () => Promise<T>): Promise<T> {
  const startedAtMs = systemClock.now();
  tell({ type: 'stage', stage: name, state: 'started' });
  const result = await work();
  tell({ type: 'stage', stage: name, state: 'done', ms: systemClock.now() - startedAtMs });
  return result;
}

async function start(): Promise<void> {
  const { name, stateDir, hostServer } = config;
  mkdirSync(at.logs, { recursive: true });
  const pki = await createPki({
    folder: at.pki('.'),
    clusterName: name,
    nowMs: systemClock.now(),
    apiAddresses: [BRIDGE_ADDRESS],
    clients: [PROXY_USER, POLICY_USER],
    nodes: config.nodes,
  });
  await createBridge();
  // The nodes' containerds start while the control plane does.
  const starting = Promise.all(
    config.nodes.map(async (layout) => nodes.push(await startNode({ config, layout, pki, hear: tell, onEnd: fail }))),
  );
  starting.catch(() => {}); // awaited below
  const plane = await stage('control-plane', async () => {
    const started = await startControlPlane({
      name,
      stateDir,
      pki,
      ports: PORTS,
      nodesReachAt: BRIDGE_ADDRESS,
      publicServer: hostServer,
      signal: ending.signal,
      supervise: (component, args) => kept.add(unprivileged({ name: component, command: at.bin(component), args })),
    });
    await relay({ path: at.apiSocket }, { host: BRIDGE_ADDRESS, port: PORTS.apiserver });
    return started;
  });
  const { admin } = pki.users;
  api = new KubeHttp({ server: plane.server, ca: pki.ca, cert: admin.cert, key: admin.key });
  await stage('nodes', async () => {
    await Promise.all([starting, createAll(api!, policyRights)]);
    for (const node of nodes) node.join();
    const bound = AbortSignal.any([ending.signal, AbortSignal.timeout(NODES_READY_BOUND_MS)]);
    await untilNodesReady({ api: api!, names: config.nodes.map((node) => node.name), signal: bound });
  });
  await serveMetrics({ api, pki: at.pki });
  await plane.controllersReady;
  tell({ type: 'ready', kubeconfig: plane.kubeconfig, nodes: config.nodes.map((node) => node.name) });
}

/** Ends the pods, then the nodes; what is left is killed with the namespaces. */
async function stop(): Promise<void> {
  if (ending.signal.aborted) return;
  ending.abort(new FaultflixError('cancelled', 'the cluster is ended'));
  if (api) {
    await kept.stop(['kube-controller-manager', 'kube-scheduler'], 0); // else they make new ones
    await endPods(api, AbortSignal.timeout(PODS_END_BOUND_MS)).catch(() => {}); // their namespaces end them too
  }
  await Promise.allSettled(nodes.map((node) => node.stop()));
}

function fail(error: FaultflixError): void {
  if (!ending.signal.aborted) tell({ type: 'error', error: error.toJSON() });
}

process.stdin.on('end', () => void stop().finally(() => process.exit(0)));
process.stdin.on('error', () => process.exit(1));
process.stdin.resume();

start().catch((thrown) => fail(asFaultflixError(thrown)));
