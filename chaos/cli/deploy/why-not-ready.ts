/** Why pods are not ready, in the words of the cluster: conditions, waiting reasons, last exits, last log lines. */
import { text } from 'node:stream/consumers';
import { messageOf } from '#base/errors.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import type { Workload } from './rollout.ts';

interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly started?: boolean;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: { readonly exitCode: number; readonly reason?: string };
  };
  readonly lastState?: { readonly terminated?: { readonly exitCode: number; readonly reason?: string } };
}

export interface PodForDiagnosis {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: ReadonlyArray<{ readonly type: string; readonly status: string; readonly message?: string }>;
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

export interface NotReady {
  readonly waitingFor: readonly Workload[];
  readonly missing: readonly string[];
}

const PODS_SHOWN = 6;
const LOG_LINES = 8;

export async function whyNotReady(http: KubeHttp, { waitingFor, missing }: NotReady): Promise<string> {
  const reasons = missing.map((key) => `${key}: not there`);
  for (const workload of waitingFor) {
    const { namespace, name } = workload.metadata;
    const refused = workload.status?.conditions?.find(
      ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
    );
    if (refused) reasons.push(`${workload.kind} ${namespace}/${name}: ${refused.message ?? refused.reason}`);
    try {
      const pods = await podsOf(http, workload);
      if (pods.length === 0 && !refused) reasons.push(`${workload.kind} ${namespace}/${name}: no pods yet`);
      for (const pod of pods.filter((each) => !isReady(each)).slice(0, 2)) {
        if (reasons.length < PODS_SHOWN) reasons.push(await reasonWithLog(http, pod));
      }
    } catch (thrown) {
      reasons.push(`${workload.kind} ${namespace}/${name}: its pods could not be read: ${messageOf(thrown)}`);
    }
  }
  return reasons.join('\n') || 'the cluster reports nothing';
}

async function podsOf(http: KubeHttp, { metadata, spec }: Workload): Promise<readonly PodForDiagnosis[]> {
  const labelSelector = Object.entries(spec.selector.matchLabels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const path = `/api/v1/namespaces/${metadata.namespace}/pods`;
  const { items } = await http.json<{ items: PodForDiagnosis[] }>({ path, query: { labelSelector } });
  return items;
}

const isReady = (pod: PodForDiagnosis): boolean =>
  pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

const containersOf = ({ status }: PodForDiagnosis): readonly ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];

/** The pod's state in one line. */
export function reasonOf(pod: PodForDiagnosis): string {
  const { status = {} } = pod;
  const said = containersOf(pod)
    .filter(({ ready }) => !ready)
    .map(({ name, state, lastState, restartCount }) => {
      const last = state?.terminated ?? lastState?.terminated;
      return [
        `container ${name}`,
        state?.waiting?.reason ?? (state?.terminated ? 'ended' : 'runs but is not ready'),
        state?.waiting?.message,
        last ? `last exit ${last.exitCode}${last.reason ? ` ${last.reason}` : ''}` : undefined,
        restartCount > 0 ? `${restartCount} restarts` : undefined,
      ]
        .filter(Boolean)
        .join(', ');
    });
  const unscheduled = status.conditions?.find((each) => each.type === 'PodScheduled' && each.status === 'False');
  const details = [status.reason, status.message, unscheduled?.message, ...said].filter(Boolean);
  return `pod ${pod.metadata.namespace}/${pod.metadata.name} ${status.phase ?? 'Unknown'}: ${details.join('; ') || 'no reason given'}`;
}

async function reasonWithLog(http: KubeHttp, pod: PodForDiagnosis): Promise<string> {
  const suspect = containersOf(pod).find(({ ready, restartCount, started }) => !ready && (restartCount > 0 || started));
  if (!suspect) return reasonOf(pod);
  const { namespace, name } = pod.metadata;
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/log`;
  const previous = suspect.state?.waiting !== undefined && suspect.restartCount > 0;
  try {
    const query = { container: suspect.name, tailLines: LOG_LINES, previous };
    const log = await text(await http.open({ path, query }));
    return [
      reasonOf(pod),
      ...log
        .trimEnd()
        .split('\n')
        .map((line) => `    ${line.slice(0, 300)}`),
    ].join('\n');
  } catch (thrown) {
    return `${reasonOf(pod)}\n    (no log: ${messageOf(thrown)})`;
  }
}
