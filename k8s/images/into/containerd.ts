import { existsSync } from 'node:fs';
import { FaultflixError } from '#base/errors.ts';
import type { Loader, LoaderOptions } from './load.ts';

const DEFAULT_SOCKET = '/run/containerd/containerd.sock';
/** Of clusters that bring a containerd of their own. */
const OTHER_SOCKETS = ['/run/k3s/containerd/containerd.sock', '/var/snap/microk8s/common/run/containerd.sock'];

/** containerd by its own client. Tried with 1.6.20. */
export function containerd({ address, namespace, run, env = process.env }: LoaderOptions): Loader {
  const socket = address ?? env.CONTAINERD_ADDRESS ?? DEFAULT_SOCKET;
  const ctr = (args: readonly string[], code: 'unavailable' | 'could-not-run') =>
    run({
      program: 'ctr',
      args: ['--address', socket, '--namespace', namespace, ...args],
      code,
      install: 'install containerd, whose client ctr is (Debian: apt install containerd)',
      advise: (said) => advise(said, socket),
    });
  return {
    async ready() {
      // ctr would wait seconds for a socket that nobody made.
      if (!existsSync(socket)) throw absent(socket);
      await ctr(['--connect-timeout', '5s', 'version'], 'unavailable');
    },
    async load(archive) {
      await ctr(['images', 'import', archive], 'could-not-run');
    },
  };
}

const absent = (socket: string) =>
  new FaultflixError('unavailable', 'containerd does not listen', { where: socket, todo: advise('', socket) });

function advise(said: string, socket: string): string {
  if (/permission denied/i.test(said)) return 'run it as root: containerd answers nobody else';
  const others = OTHER_SOCKETS.filter((path) => path !== socket && existsSync(path));
  if (others.length > 0) return `is this the one? --address ${others.join(' or --address ')}`;
  return `see that containerd runs and listens at ${socket}, or name its socket with --address`;
}
