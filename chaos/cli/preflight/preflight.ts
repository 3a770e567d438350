/** Before anything is applied: does the cluster have what we need? All that it lacks is said at once. */
import { arch } from 'node:os';
import { FaultflixError } from '#base/errors.ts';
import type { Cluster } from '../cluster/connect.ts';
import type { Manifest } from '../deploy/manifest.ts';
import { quoted } from '../run/repeat.ts';
import { type Decision, decide } from './decide.ts';
import type { ClusterFacts, Finding } from './facts.ts';
import { gather, gatherNodes } from './gather.ts';
import { needsOf } from './needs.ts';
import { checkPlaces } from './places.ts';

export interface PreflightOptions {
  readonly cluster: Cluster;
  readonly manifests: readonly Manifest[];
  /** A cluster that we did not make: everything is asked. */
  readonly foreign: boolean;
  readonly registry: boolean;
  readonly regionsAsNamespaces: boolean;
}

export interface Preflight extends Decision {
  readonly facts: ClusterFacts;
}

/** Throws `could-not-run` with everything that lacks. */
export async function preflight(options: PreflightOptions): Promise<Preflight> {
  const { cluster, manifests, foreign, registry, regionsAsNamespaces } = options;
  const needs = {
    ...needsOf(manifests),
    regionsAsNamespaces,
    architecture: registry ? undefined : (kubernetesNames[arch()] ?? arch()),
    kubectl: kubectlFor(cluster),
  };
  const facts = foreign ? await gather(cluster, manifests) : await gatherNodes(cluster);
  // Of a cluster of our own making only its nodes are a question: there may be one.
  const decision = foreign ? decide(facts, needs) : checkPlaces(facts, needs);
  if (decision.refusals.length === 0) return { ...decision, facts };
  throw new FaultflixError('could-not-run', 'the cluster lacks what Faultflix needs; nothing was changed', {
    where: cluster.server,
    received: numbered(decision.refusals.map(({ what }) => what)),
    todo: numbered([...new Set(decision.refusals.flatMap(({ todo }) => todo ?? []))]),
  });
}

const kubernetesNames: Readonly<Record<string, string>> = { x64: 'amd64' };

export function kubectlFor({ kubeconfig, context }: Pick<Cluster, 'kubeconfig' | 'context'>): string {
  return ['kubectl', '--kubeconfig', quoted(kubeconfig), ...(context ? ['--context', quoted(context)] : [])].join(' ');
}

const numbered = (texts: readonly string[]): string =>
  texts.length === 1 ? texts[0]! : texts.map((text) => `- ${text}`).join('\n');

export const findingText = ({ what, todo }: Finding): string => (todo ? `${what} – ${todo}` : what);
