import { messageOf } from '#base/errors.ts';
import { log } from '../log.ts';
import type { PodWorker } from '../pod-worker.ts';
import { logFileOf } from '../process/container-process.ts';
import { rotate } from './rotation.ts';

/** Rotates the logs of all running containers that have grown too big. */
export function rotateLogs(workers: Iterable<PodWorker>): void {
  for (const worker of workers) {
    for (const { process: running } of worker.containers.values()) {
      if (!running) continue;
      rotate(logFileOf(running.folder), running.folder).then(
        (done) => done && log('log-rotated', { id: running.id }),
        (error) => log('log-not-rotated', { id: running.id, message: messageOf(error) }),
      );
    }
  }
}
