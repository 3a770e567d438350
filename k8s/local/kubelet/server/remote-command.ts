import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { PodWorker } from '../pod-worker.ts';
import { HttpProblem } from './problem.ts';

export interface Call {
  readonly worker: PodWorker;
  readonly container: string;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/**
 * Kubernetes' remote command protocol over WebSocket (k8s.io/apimachinery remotecommand): the first byte of a message
 * is its channel. Version 5 adds channel 255, by which the client closes a channel: the end of stdin.
 */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const;
export const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;
const upgrades = new WebSocketServer({
  noServer: true,
  perMessageDeflate: false,
  handleProtocols: (offered) => PROTOCOLS.find((protocol) => offered.has(protocol)) ?? false,
});

export const flag = (query: URLSearchParams, name: string) => ['1', 'true'].includes(query.get(name) ?? '');

/** Keeps messages until somebody takes them: they come while the command is still being prepared. */
export class Inbox {
  #waiting: Buffer[] = [];
  #handler: ((message: Buffer) => void) | undefined;

  constructor(socket: WebSocket) {
    socket.on('message', (data) => {
      const message = Buffer.isBuffer(data) ? data : Buffer.concat(data as Buffer[]);
      if (this.#handler) this.#handler(message);
      else this.#waiting.push(message);
    });
  }

  deliver(handler: (message: Buffer) => void): void {
    this.#handler = handler;
    // A handler may put another in its place, or none, before all are delivered.
    while (this.#handler === handler && this.#waiting.length > 0) handler(this.#waiting.shift()!);
  }

  /** Nobody takes messages for now; `first` are to be delivered before all others. */
  hold(first: readonly Buffer[]): void {
    this.#handler = undefined;
    this.#waiting.unshift(...first);
  }
}

/** Ends an upgrade that cannot be, as plain HTTP. */
export function refuseUpgrade(socket: Duplex, status: number, message: string): void {
  const body = Buffer.from(message);
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${message}`,
  );
}

export function open({ request, socket, head }: Call): Promise<{ readonly socket: WebSocket; readonly inbox: Inbox }> {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((text) => text.trim());
  if (!PROTOCOLS.some((protocol) => offered.includes(protocol))) {
    throw new HttpProblem(
      400,
      `the kubelet speaks ${PROTOCOLS.join(', ')} over WebSocket only; asked for: ${offered.join(', ')}`,
    );
  }
  return new Promise((resolve) => {
    upgrades.handleUpgrade(request, socket, head, (client) => {
      client.on('error', () => client.terminate());
      resolve({ socket: client, inbox: new Inbox(client) });
    });
  });
}

export function send(socket: WebSocket, to: number, bytes: Buffer): void {
  if (socket.readyState === socket.OPEN) socket.send(Buffer.concat([Buffer.from([to]), bytes]));
}

/** The exit as the `metav1.Status` that kubectl takes its own exit code from. */
export function finish(socket: WebSocket, code: number): void {
  const status =
    code === 0
      ? { metadata: {}, status: 'Success' }
      : {
          metadata: {},
          status: 'Failure',
          reason: 'NonZeroExitCode',
          message: `command terminated with non-zero exit code: exit status ${code}`,
          details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
        };
  send(socket, channel.error, Buffer.from(JSON.stringify(status)));
  socket.close(1000);
}

export function fail(socket: WebSocket, message: string): void {
  const status = { metadata: {}, status: 'Failure', reason: 'InternalError', message, code: 500 };
  send(socket, channel.error, Buffer.from(JSON.stringify(status)));
  socket.close(1000);
}
