import { type Space, statusOf } from './space.ts';

const GO = `"\${TMPDIR:-/tmp}/go"`;

/** A script that waits until it is let go, so that a test sees what it must before the container goes on. */
export const HELD = `while [ ! -e ${GO} ]; do sleep 0.1; done`;

export async function letGo(space: Space, pod: string, container = 'main'): Promise<void> {
  const touch = ['sh', '-c', `touch ${GO}`];
  const { code, stderr } = await space.cluster.kubectl([
    '-n',
    space.name,
    'exec',
    pod,
    '-c',
    container,
    '--',
    ...touch,
  ]);
  if (code === 0) return;
  // A container that ends at once takes the exec with it that let it go, with whatever code.
  await space.until(pod, `${container} is let go (exec ended with ${code}: ${stderr})`, (seen) => {
    const { state, restartCount } = statusOf(seen, container) ?? {};
    return state?.terminated || restartCount > 0;
  });
}
