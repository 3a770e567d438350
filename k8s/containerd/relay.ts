import { once } from 'node:events';
import {
  createConnection,
  createServer,
  type ListenOptions,
  type NetConnectOpts,
  type Server,
  type Socket,
} from 'node:net';

/**
 * Passes connections on, byte for byte. A Unix socket with a path belongs to a file system and not to a network
 * namespace, so two relays over one lead from the host's 127.0.0.1 to a server in a namespace that no route leads to.
 */
export async function relay(from: ListenOptions, to: NetConnectOpts): Promise<{ close(): Promise<void> }> {
  const open = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = createConnection({ ...to, allowHalfOpen: true, noDelay: true } as NetConnectOpts);
    join(near, far, open);
    join(far, near, open);
  });
  server.listen(from);
  await once(server, 'listening');
  return {
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** An end is passed on as an end, anything worse as the loss of both. */
function join(socket: Socket, other: Socket, open: Set<Socket>): void {
  open.add(socket);
  socket.on('error', () => other.destroy()); // whoever holds the other end sees its connection break
  socket.on('close', () => {
    open.delete(socket);
    if (!socket.readableEnded) other.destroy();
  });
  socket.pipe(other);
}
