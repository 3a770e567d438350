import { connect } from 'node:net';
import { FaultflixError } from '#base/errors.ts';

export interface Lifeline {
  /** Resolves when the connection is gone, whoever ended it. */
  readonly broken: Promise<void>;
  close(): void;
}

export interface LifelineOptions {
  readonly host: string;
  readonly port: number;
  readonly signal: AbortSignal;
}

/**
 * A connection to the admin port that is kept: it breaks at the moment when the sidecar dies. It asks one cheap thing at
 * first, since Toxiproxy closes one that asks nothing after 15 s, and one that has asked after a minute.
 */
export function openLifeline({ host, port, signal }: LifelineOptions): Promise<Lifeline> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const broken = Promise.withResolvers<void>();
    const abort = () => socket.destroy();
    signal.addEventListener('abort', abort, { once: true });
    socket.once('connect', () => {
      socket.write(`GET /version HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      resolve({ broken: broken.promise, close: () => socket.destroy() });
    });
    // After 'connect' a failure is told by 'close' alone: what broke the line does not matter.
    socket.on('error', (cause) =>
      reject(new FaultflixError('unavailable', 'no sidecar', { where: `${host}:${port}`, cause })),
    );
    socket.on('end', abort);
    socket.resume();
    socket.once('close', () => {
      signal.removeEventListener('abort', abort);
      broken.resolve();
      reject(new FaultflixError('unavailable', 'no sidecar', { where: `${host}:${port}` }));
    });
    if (signal.aborted) abort();
  });
}
