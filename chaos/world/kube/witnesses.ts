import type { V1EndpointSlice } from '@kubernetes/client-node';
import { reachable } from '#base/address.ts';
import { FaultflixError } from '#base/errors.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { innerPorts, listener, regions } from '#base/names.ts';
import type { WitnessAddresses } from '../claims-auditor.ts';

/** Where card network, mailbox and billing's operations are now: ready endpoints, as this process reaches them. */
export async function findWitnesses(http: KubeHttp): Promise<WitnessAddresses> {
  const { port } = listener('https', 'global');
  const [network, mailbox, ...billing] = await Promise.all([
    readyIps(http, 'global', CARD_NETWORK),
    readyIps(http, 'global', MAILBOX),
    ...regions.map((region) => readyIps(http, region, LEDGER)),
  ]);
  return {
    cardNetwork: `https://${reachable(first(network, CARD_NETWORK))}:${port}`,
    mailbox: `https://${reachable(first(mailbox, MAILBOX))}:${port}`,
    ledgers: billing.flat().map((ip) => `http://${reachable(ip)}:${innerPorts.ops}`),
  };
}

const CARD_NETWORK = 'card-network';
const MAILBOX = 'mailbox';
/** Whose pods add the ledger up. */
const LEDGER = 'billing';

async function readyIps(http: KubeHttp, namespace: string, service: string): Promise<string[]> {
  const { items } = await http.json<{ items: V1EndpointSlice[] | null }>({
    path: `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
    query: { labelSelector: `kubernetes.io/service-name=${service}` },
  });
  return (items ?? []).flatMap(({ endpoints }) =>
    (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false).flatMap(({ addresses }) => addresses),
  );
}

function first(ips: readonly string[] | undefined, service: string): string {
  if (ips?.[0] !== undefined) return ips[0];
  throw new FaultflixError('unavailable', `nobody answers for ${service}`, {
    expected: 'a ready endpoint in namespace global',
    received: 'none',
  });
}
