import { connect } from 'node:net';
import { type Clock, systemClock } from '#base/clock.ts';
import type { Supervised } from '../../local/supervisor/supervised.ts';
import type { Kept } from '../kept.ts';
import { CONTAINERD_SOCKET } from './files.ts';

const POLL_MS = 25;
const BOUND_MS = 60_000;

/** Starts containerd; resolves when it listens on its socket, which is in the caller's own /run. */
export async function startContainerd(kept: Kept, config: string, clock: Clock = systemClock): Promise<Supervised> {
  const containerd = kept.add({ name: 'containerd', command: 'containerd', args: ['--config', config] });
  await containerd.start();
  const bound = clock.now() + BOUND_MS;
  while (!(await listens(CONTAINERD_SOCKET))) {
    if (clock.now() > bound) throw await containerd.failure(undefined);
    await clock.sleep(POLL_MS);
  }
  return containerd;
}

function listens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false)); // not there yet
  });
}
