import { GenericContainer, PullPolicy, type StartedTestContainer, Wait } from 'testcontainers';
import { dockerode } from '../support/docker.ts';

/** SIGTERM, and SIGKILL after `graceS` seconds, as a kubelet does; the exit code, 137 for a kill. */
export async function ended(container: StartedTestContainer, graceS: number): Promise<number> {
  const handle = (await dockerode()).getContainer(container.getId());
  await handle.stop({ t: graceS });
  const { State } = await handle.inspect();
  return State.ExitCode;
}

/** Runs a command of an image to its end. */
export async function run(image: string, command: readonly string[]): Promise<{ exitCode: number; said: string }> {
  const docker = await dockerode();
  const container = await new GenericContainer(image)
    .withPullPolicy(PullPolicy.neverPull())
    .withCommand([...command])
    .withWaitStrategy(Wait.forLogMessage(/.*/))
    .withAutoRemove(false)
    .start();
  try {
    const handle = docker.getContainer(container.getId());
    const { StatusCode } = (await handle.wait()) as { StatusCode: number };
    const said = (await handle.logs({ stdout: true, stderr: true })).toString('utf8');
    return { exitCode: StatusCode, said };
  } finally {
    await docker.getContainer(container.getId()).remove({ force: true });
  }
}
