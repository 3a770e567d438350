/** A network of Docker with addresses that are known beforehand: a node's certificate names its own. */
import { getContainerRuntimeClient, getReaper, LABEL_TESTCONTAINERS_SESSION_ID } from 'testcontainers';
import { dockerode } from '../support/docker.ts';

export interface FixedNetwork {
  readonly name: string;
  remove(): Promise<void>;
}

export async function fixedNetwork(name: string, gateway: string): Promise<FixedNetwork> {
  const { sessionId } = await getReaper(await getContainerRuntimeClient());
  const network = await (await dockerode()).createNetwork({
    Name: name,
    Driver: 'bridge',
    Labels: { [LABEL_TESTCONTAINERS_SESSION_ID]: sessionId },
    IPAM: { Config: [{ Subnet: `${gateway}/24`, Gateway: gateway }] },
  });
  return { name, remove: () => network.remove() };
}
