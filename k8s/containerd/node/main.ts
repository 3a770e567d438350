/** One node: the first program in its namespaces. Started by ../inside; what is said and heard: ../lines.ts. */
import { readFileSync, writeFileSync } from 'node:fs';
import { asFaultflixError } from '#base/errors.ts';
import { command } from '../command.ts';
import { type NodeConfig, nodePlaces, places } from '../config.ts';
import { Kept } from '../kept.ts';
import { type NodeSays, onMessages, say } from '../lines.ts';
import { cniConfig, containerdConfig, kubeletConfig, kubeletFlags, proxyFlags } from './files.ts';
import { mountNode } from './mounts.ts';
import { configureNetwork } from './network.ts';
import { startContainerd } from './runtime.ts';

/** What they keep goes with the node, so there is little that they need time for. */
const GRACE_MS = 1_000;
const POLICY = new URL('../policy/main.ts', import.meta.url).pathname;

const tell = (message: NodeSays) => say(process.stdout, message);

const config = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as NodeConfig;
const { layout, folder, stateDir } = config;
const at = nodePlaces(folder);

const kept = new Kept({
  logs: places(stateDir).logs,
  env: { ...process.env, TMPDIR: at.tmp },
  nameOf: (name) => `${name}/${layout.name}`,
  onProcess: (inner) => tell({ type: 'process', ...inner }),
  onRestart: (inner, because) => tell({ type: 'restarted', ...inner, because }),
  onGiveUp: (error) => tell({ type: 'error', error: error.toJSON() }),
});

async function join(): Promise<void> {
  const policy = {
    name: 'network-policy',
    command: process.execPath,
    args: [POLICY, '--kubeconfig', at.policyKubeconfig, '--node', layout.name, '--pod-cidr', layout.podCidr],
  };
  const kubelet = { name: 'kubelet', command: places(stateDir).bin('kubelet'), args: kubeletFlags(config) };
  const proxy = {
    name: 'kube-proxy',
    command: places(stateDir).bin('kube-proxy'),
    args: proxyFlags(config),
  };
  // First of all: a pod that it does not know reaches nothing.
  await kept.add(policy).start();
  await Promise.all([kept.add(kubelet).start(), kept.add(proxy).start()]);
}

async function prepare(): Promise<void> {
  await mountNode(folder);
  writeFileSync(at.containerdConfig, containerdConfig(at));
  writeFileSync(`${at.cni}/10-faultflix.conflist`, JSON.stringify(cniConfig(config)));
  writeFileSync(at.kubeletConfig, JSON.stringify(kubeletConfig(config)));
  writeFileSync(at.resolvConf, '');
  await command('hostname', layout.name);
}

async function fail(thrown: unknown): Promise<never> {
  tell({ type: 'error', error: asFaultflixError(thrown).toJSON() });
  process.exit(1);
}

process.stdin.on('end', () => {
  void kept.stop(['kubelet', 'kube-proxy', 'network-policy', 'containerd'], GRACE_MS).finally(() => process.exit(0));
});

try {
  await prepare();
  tell({ type: 'born' });
  const runtime = startContainerd(kept, at.containerdConfig);
  runtime.catch(fail);
  onMessages<{ type: string }>(process.stdin, ({ type }) => {
    if (type === 'network') configureNetwork(layout, config.others).catch(fail);
    if (type === 'join') runtime.then(join).catch(fail);
  });
} catch (thrown) {
  await fail(thrown);
}
