/**
 * Makes NetworkPolicies hold on one node; runs in that node's network namespace, from before its first pod. Writes JSON
 * lines to stderr. Ends with an exit code other than 0 when the rules cannot be applied; what was applied stays, and pods
 * that it does not know reach nothing.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { asFaultflixError, exitCodeOf, FaultflixError } from '#base/errors.ts';
import { KubeHttp } from '#base/kube/http.ts';
import { kubeconfigConnection } from '#base/kube/kubeconfig.ts';
import { ipv4Block } from './address.ts';
import { apply } from './apply.ts';
import { showBridged } from './bridged.ts';
import { enforce } from './enforcer.ts';
import { reportNode } from './report.ts';
import { TABLE } from './ruleset.ts';

const USAGE = 'main.ts --kubeconfig FILE --node NAME --pod-cidr CIDR';

const say = (what: string, more: object = {}) =>
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), what, ...more })}\n`);

const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
let tell: ((error: FaultflixError) => Promise<void>) | undefined;

async function main(): Promise<void> {
  const { kubeconfig, node, podCidr } = given();
  const http = new KubeHttp(await kubeconfigConnection(kubeconfig));
  tell = (error) => reportNode(http, node, error);
  showBridged();
  const there = spawnSync('nft', ['list', 'table', TABLE.family, TABLE.table], { stdio: 'ignore' }).status === 0;
  await enforce({
    http,
    node,
    podCidr,
    apply,
    fresh: !there,
    signal: stop.signal,
    onApplied: (count, { sets, rules }) => say('applied', { count, sets: sets.length, rules: rules.length }),
    onTrouble: (what, message) => say('watch broke; what was last known stays', { of: what, message }),
  });
  http.close();
}

function given() {
  const { values } = parseArgs({
    options: { kubeconfig: { type: 'string' }, node: { type: 'string' }, 'pod-cidr': { type: 'string' } },
  });
  const { kubeconfig, node, 'pod-cidr': podCidr } = values;
  if (kubeconfig && node && podCidr && ipv4Block(podCidr)) return { kubeconfig, node, podCidr };
  throw new FaultflixError('bad-input', 'an argument is missing or wrong', {
    expected: USAGE,
    received: process.argv.slice(2).join(' '),
  });
}

try {
  await main();
} catch (thrown) {
  const error = asFaultflixError(thrown);
  say('NetworkPolicies are not enforced as they should be', { error: error.toJSON() });
  await tell?.(error).catch((cause) => say('the node’s event could not be written', { why: String(cause) }));
  process.exit(exitCodeOf(error));
}
