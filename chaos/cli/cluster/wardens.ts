/** The wardens of a cluster: who can take faults back without the controller. */

import { reachable } from '#base/address.ts';
import { FaultflixError } from '#base/errors.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { CHAOS_NAMESPACE, innerPorts } from '#base/names.ts';
import type { WardenToxics } from '../../warden/api.ts';
import { isFaultToxic } from '../../warden/toxic-name.ts';
import { readSecret } from '../deploy/secrets.ts';

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
    readonly containers: ReadonlyArray<{ readonly ports?: ReadonlyArray<{ readonly containerPort: number }> }>;
  };
  readonly status?: { readonly podIP?: string; readonly phase?: string };
}

export interface Warden {
  readonly node: string;
  toxics(): Promise<NodeToxics>;
  remove(toxic: LeftToxic): Promise<void>;
}

const TIMEOUT_MS = 5_000;

/** All wardens, whether they can be reached or not: one that cannot fails when it is asked. Throws when there are none. */
export async function wardensOf(http: KubeHttp): Promise<readonly Warden[]> {
  const token = (await readSecret(http, CHAOS_NAMESPACE, 'warden-token'))?.token;
  const { items } = await http.json<{ items: WardenPod[] }>({ path: `/api/v1/namespaces/${CHAOS_NAMESPACE}/pods` });
  const pods = items.filter(({ spec }) => listens(spec));
  if (!token || pods.length === 0) {
    throw new FaultflixError('could-not-run', 'no warden is on this cluster', {
      where: `namespace ${CHAOS_NAMESPACE}`,
      expected: 'a pod a node that listens on the warden port, and the Secret warden-token',
      received: `${pods.length} pods, ${token ? 'a' : 'no'} token`,
      todo: '`faultflix start` deploys them',
    });
  }
  return pods.map((pod) => wardenOf(pod, token));
}

const listens = ({ containers }: WardenPod['spec']): boolean =>
  containers.some(({ ports = [] }) => ports.some(({ containerPort }) => containerPort === innerPorts.warden));

function wardenOf({ metadata, spec, status }: WardenPod, token: string): Warden {
  let base: Promise<string> | undefined;
  const call = async (method: string, path: string): Promise<unknown> => {
    base ??= baseUrl(status?.podIP, metadata.name);
    const url = `${await base}${path}`;
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(url, { method, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.ok) return response.json();
    throw new FaultflixError('unavailable', 'a warden refused', {
      where: `${method} ${url}`,
      received: `HTTP ${response.status} ${(await response.text()).slice(0, 300)}`,
    });
  };
  return {
    node: spec.nodeName ?? metadata.name,
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

/** The address that answers from here: loopback on the local cluster, the pod's own where its network is routed. */
async function baseUrl(podIp: string | undefined, pod: string): Promise<string> {
  const addresses = podIp === undefined ? [] : [reachable(podIp, { FAULTFLIX_NETWORK: 'loopback' }), podIp];
  let cause: unknown = new Error('the pod has no address');
  for (const address of new Set(addresses)) {
    const base = `http://${address}:${innerPorts.warden}`;
    try {
      // The token goes only to what answers as a warden.
      const response = await fetch(`${base}/healthz`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (response.ok) return base;
      cause = new Error(`${base}/healthz: HTTP ${response.status}`);
    } catch (thrown) {
      cause = thrown;
    }
  }
  throw new FaultflixError('could-not-run', `the warden ${pod} cannot be reached from here`, {
    where: addresses.join(', '),
    expected: `an answer on port ${innerPorts.warden}`,
    todo: 'run this where the pod network is routed; the wardens heal by themselves when the leases run out',
    cause,
  });
}
