/** The Docker of a run, beneath testcontainers. */
import { getContainerRuntimeClient, type StartedTestContainer } from 'testcontainers';

export type Docker = Awaited<ReturnType<typeof getContainerRuntimeClient>>['container']['dockerode'];

export const dockerode = async (): Promise<Docker> => (await getContainerRuntimeClient()).container.dockerode;

/**
 * An address of this process that the container reaches as `host-gateway`: its bridge's, or with a Docker in a virtual
 * machine loopback, which it relays to.
 */
export async function gatewayOf(container: StartedTestContainer): Promise<string> {
  if (process.platform !== 'linux') return '127.0.0.1';
  const { NetworkSettings } = await (await dockerode()).getContainer(container.getId()).inspect();
  const gateway = Object.values(NetworkSettings.Networks).find((network) => network.Gateway)?.Gateway;
  if (!gateway) throw new Error(`the container ${container.getName()} is on no network with a gateway`);
  return gateway;
}
