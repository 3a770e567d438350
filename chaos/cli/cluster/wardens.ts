/** The wardens of a cluster: who can take faults back without the controller. Each is asked in its own container. */
import { FaultflixError } from '#base/errors.ts';
import { CHAOS_NAMESPACE, innerPorts } from '#base/names.ts';
import type { WardenToxics } from '../../warden/api.ts';
import { isFaultToxic } from '../../warden/toxic-name.ts';
import type { Cluster } from './connect.ts';

export interface LeftToxic {
  readonly podUid: string;
  readonly pod: string;
  readonly proxy: string;
  readonly name: string;
}

export interface NodeToxics {
  readonly toxics: readonly LeftToxic[];
  /** Pods whose sidecar could not be asked: nothing is known of them. */
  readonly unknown: readonly string[];
}

interface WardenPod {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: ReadonlyArray<{
      readonly name: string;
      readonly ports?: ReadonlyArray<{ readonly containerPort: number }>;
    }>;
  };
}

export interface Warden {
  readonly node: string;
  toxics(): Promise<NodeToxics>;
  remove(toxic: LeftToxic): Promise<void>;
}

/** A busy node may need seconds to start the program that asks. */
const TIMEOUT_MS = 20_000;

/** All wardens, whether they can be reached or not: one that cannot fails when it is asked. Throws when there are none. */
export async function wardensOf({ http, exec }: Pick<Cluster, 'http' | 'exec'>): Promise<readonly Warden[]> {
  const { items } = await http.json<{ items: WardenPod[] }>({ path: `/api/v1/namespaces/${CHAOS_NAMESPACE}/pods` });
  const wardens = items.flatMap((pod) => {
    const container = pod.spec.containers.find(({ ports = [] }) =>
      ports.some(({ containerPort }) => containerPort === innerPorts.warden),
    );
    return container ? [wardenOf(pod, container.name, exec)] : [];
  });
  if (wardens.length > 0) return wardens;
  throw new FaultflixError('could-not-run', 'no warden is on this cluster', {
    where: `namespace ${CHAOS_NAMESPACE}`,
    expected: 'a pod a node that listens on the warden port',
    received: `${items.length} pods, none of them a warden`,
    todo: '`faultflix start` deploys them',
  });
}

function wardenOf({ metadata: { name: pod }, spec }: WardenPod, container: string, exec: Cluster['exec']): Warden {
  const call = async (method: string, path: string): Promise<unknown> => {
    const command = ['node', 'chaos/warden/ask.ts', method, path];
    const said = await exec({ namespace: CHAOS_NAMESPACE, pod, container, command, timeoutMs: TIMEOUT_MS });
    const { status, body } = JSON.parse(said) as { status: number; body: unknown };
    if (status === 200) return body;
    throw new FaultflixError('unavailable', 'a warden refused', {
      where: `${method} ${path} at ${pod}`,
      received: `HTTP ${status} ${JSON.stringify(body).slice(0, 300)}`,
    });
  };
  return {
    node: spec.nodeName ?? pod,
    toxics: async () => leftOf((await call('GET', '/v1/toxics')) as WardenToxics),
    remove: async ({ podUid, proxy, name }) => {
      await call('DELETE', `/v1/toxics/${[podUid, proxy, name].map(encodeURIComponent).join('/')}`);
    },
  };
}

/** What faults left, of all that a warden sees on its node. */
export function leftOf({ pods }: WardenToxics): NodeToxics {
  const toxics = pods.flatMap(({ podUid, namespace, name: pod, proxies }) =>
    proxies.flatMap(({ name: proxy, toxics: on }) =>
      on
        .filter(({ name }) => isFaultToxic(name))
        .map(({ name }) => ({ podUid, pod: `${namespace}/${pod}`, proxy, name })),
    ),
  );
  const unknown = pods
    .filter(({ sidecar }) => sidecar === 'unknown')
    .map(({ namespace, name }) => `${namespace}/${name}`);
  return { toxics, unknown };
}
