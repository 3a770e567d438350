/** The wardens of a cluster: who can take faults back without the controller. */

import { reachable } from '#base/address.ts';
import { FaultflixError } from '#base/errors.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { CHAOS_NAMESPACE, innerPorts } from '#base/names.ts';
import { readSecret } from '../deploy/secrets.ts';

export interface FaultToxic {
  readonly podUid: string;
  readonly proxy: string;
  readonly name: string;
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
  toxics(): Promise<readonly FaultToxic[]>;
  remove(toxic: FaultToxic): Promise<void>;
}

const TIMEOUT_MS = 5_000;
export const FAULT_PREFIX = 'ff.';

/** All wardens. Throws when there are none: then nothing could be checked. */
export async function wardensOf(http: KubeHttp): Promise<readonly Warden[]> {
  const token = (await readSecret(http, CHAOS_NAMESPACE, 'warden-token'))?.token;
  const { items } = await http.json<{ items: WardenPod[] }>({ path: `/api/v1/namespaces/${CHAOS_NAMESPACE}/pods` });
  const pods = items.filter(({ spec, status }) => status?.podIP && status.phase === 'Running' && listens(spec));
  if (!token || pods.length === 0) {
    throw new FaultflixError('could-not-run', 'no warden runs on this cluster', {
      where: `namespace ${CHAOS_NAMESPACE}`,
      expected: 'a running pod a node that listens on the warden port, and the Secret warden-token',
      received: `${pods.length} pods, ${token ? 'a' : 'no'} token`,
      todo: '`faultflix start` deploys them',
    });
  }
  return Promise.all(
    pods.map(async ({ spec, status, metadata }) => {
      const base = await baseUrl(status!.podIP!, metadata.name);
      const call = async (method: string, path: string) => {
        const response = await fetch(`${base}${path}`, {
          method,
          headers: { authorization: `Bearer ${token}` },
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        if (response.ok) return response;
        throw new FaultflixError('unavailable', 'a warden refused', {
          where: `${method} ${base}${path}`,
          received: `HTTP ${response.status} ${(await response.text()).slice(0, 300)}`,
        });
      };
      return {
        node: spec.nodeName ?? metadata.name,
        toxics: async () => faultToxics(await (await call('GET', '/v1/toxics')).json()),
        remove: async ({ podUid, proxy, name }: FaultToxic) => {
          await call('DELETE', `/v1/toxics/${[podUid, proxy, name].map(encodeURIComponent).join('/')}`);
        },
      };
    }),
  );
}

const listens = ({ containers }: WardenPod['spec']): boolean =>
  containers.some(({ ports = [] }) => ports.some(({ containerPort }) => containerPort === innerPorts.warden));

/** The address that answers from here: loopback on the local cluster, the pod's own where its network is routed. */
async function baseUrl(podIp: string, pod: string): Promise<string> {
  const addresses = [reachable(podIp, { FAULTFLIX_NETWORK: 'loopback' }), podIp];
  const causes: unknown[] = [];
  for (const address of new Set(addresses)) {
    const base = `http://${address}:${innerPorts.warden}`;
    try {
      const response = await fetch(`${base}/healthz`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (response.ok) return base;
      causes.push(new Error(`${base}/healthz: HTTP ${response.status}`));
    } catch (cause) {
      causes.push(cause);
    }
  }
  throw new FaultflixError('could-not-run', `the warden ${pod} cannot be reached from here`, {
    where: addresses.join(', '),
    expected: `an answer on port ${innerPorts.warden}`,
    todo: 'run this where the pod network is routed; the wardens heal by themselves when the leases run out',
    cause: causes.at(-1),
  });
}

/** A warden's answer, `{toxics: […]}` or the list itself. An answer that is neither is not taken for none. */
export function faultToxics(answer: unknown): readonly FaultToxic[] {
  const list = Array.isArray(answer) ? answer : (answer as { toxics?: unknown } | null)?.toxics;
  if (!Array.isArray(list)) {
    throw new FaultflixError('internal', 'a warden answered what it should not', {
      expected: 'a list of toxics',
      received: JSON.stringify(answer)?.slice(0, 200) ?? 'nothing',
    });
  }
  return (list as FaultToxic[]).filter(({ name }) => name.startsWith(FAULT_PREFIX));
}
