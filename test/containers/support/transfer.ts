/** Moves bytes over one connection through a proxy and records how they came. Both ends are in this process. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Transfer } from '#chaos/world/effects.ts';

/** As Toxiproxy names them: upstream is from the client to the server. */
export type Stream = 'upstream' | 'downstream';

export interface Pair {
  readonly near: Socket;
  readonly far: Socket;
}

/** Where a proxy leads: a server that does nothing of itself. One pair at a time is being made. */
export class Upstream {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => this.#keep(socket));
  }

  static async start(host: string): Promise<Upstream> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    server.listen(0, host);
    await once(server, 'listening');
    return new Upstream(server);
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /** A connection through the proxy that listens at `port`, with its other end; undefined when there is none to be had. */
  async pair(host: string, port: number): Promise<Pair | undefined> {
    const settled = new AbortController();
    const accepted = once(this.#server, 'connection', { signal: settled.signal }) as Promise<[Socket]>;
    const near = this.#keep(connect({ host, port, allowHalfOpen: true, noDelay: true }));
    // Refused, or accepted by whoever publishes the port and dropped at once: either way there is none.
    const none = new Promise<undefined>((resolve) => {
      for (const event of ['end', 'close'] as const) near.once(event, () => resolve(undefined));
    });
    const far = await Promise.race([accepted, none]).finally(() => settled.abort());
    accepted.catch(() => undefined); // given up with the connection
    if (far) return { near, far: far[0] };
    near.destroy();
    return undefined;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on('error', () => undefined); // seen where it matters: by the transfer's own listener
    socket.on('close', () => this.#sockets.delete(socket));
    return socket;
  }
}

export interface TransferOptions {
  readonly stream: Stream;
  readonly bytes: number;
  /** Ends the sender's side once all has come, and waits for the receiver to see that. */
  readonly thenEnd?: boolean;
  /** How long to wait for what does not come: silence is no event. */
  readonly patienceMs: number;
  /** Waits for the connection's end though all has come. */
  readonly untilEnd?: boolean;
}

export const refusedTransfer = (bytes: number): Transfer => ({
  sentBytes: bytes,
  receivedBytes: 0,
  reads: 0,
  end: 'refused',
});

/** Sends `bytes` and resolves when all came, when the connection ended, or when patience did. Never rejects. */
export function transfer({ near, far }: Pair, options: TransferOptions): Promise<Transfer> {
  const { stream, bytes, thenEnd = false, untilEnd = false, patienceMs } = options;
  const [source, sink] = stream === 'upstream' ? [near, far] : [far, near];
  const { promise, resolve } = Promise.withResolvers<Transfer>();
  const startMs = performance.now();
  const now = () => performance.now() - startMs;
  let seen: Omit<Transfer, 'end' | 'endMs'> = { sentBytes: bytes, receivedBytes: 0, reads: 0 };

  const finish = (end: Transfer['end']) => {
    clearTimeout(timer);
    for (const [event, listener] of Object.entries(listeners)) sink.off(event, listener);
    resolve({ ...seen, end, ...(end === 'open' ? {} : { endMs: now() }) });
  };
  const listeners = {
    data(chunk: Buffer) {
      const receivedBytes = seen.receivedBytes + chunk.length;
      seen = { ...seen, receivedBytes, reads: seen.reads + 1, firstMs: seen.firstMs ?? now(), lastMs: now() };
      if (receivedBytes < bytes || untilEnd) return;
      if (!thenEnd) return finish('open');
      seen = { ...seen, closedMs: now() };
      source.end();
    },
    end: () => finish('ended'),
    error: (error: NodeJS.ErrnoException) => finish(error.code === 'ECONNRESET' ? 'reset' : 'ended'),
    close: () => finish('ended'),
  };
  const timer = setTimeout(() => finish('open'), patienceMs);
  for (const [event, listener] of Object.entries(listeners)) sink.on(event, listener);
  if (sink.destroyed || sink.readableEnded) finish('ended');
  else source.write(Buffer.alloc(bytes, 1));
  return promise;
}
