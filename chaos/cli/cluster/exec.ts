/**
 * A command in a container, through the API server: Kubernetes' remote command protocol over WebSocket
 * (k8s.io/apimachinery/pkg/util/remotecommand): the first byte of a message is its channel, and channel 3 ends it with a
 * `Status`.
 */
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { FaultflixError } from '#base/errors.ts';
import { apiUrl, type KubeConnection } from '#base/kube/connection.ts';

export interface ExecOptions {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
  readonly timeoutMs: number;
}

/** Resolves with stdout. Throws when the API refuses, the command fails or takes too long. */
export type Exec = (options: ExecOptions) => Promise<string>;

const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const channel = { stdout: 1, stderr: 2, error: 3 } as const;

export const execOver =
  (connection: KubeConnection): Exec =>
  async ({ namespace, pod, container, command, timeoutMs }) => {
    const url = apiUrl(connection, `/api/v1/namespaces/${namespace}/pods/${pod}/exec`);
    const where = `${command.join(' ')} in ${namespace}/${pod}`;
    for (const word of command) url.searchParams.append('command', word);
    for (const [name, value] of Object.entries({ container, stdout: 'true', stderr: 'true' }))
      url.searchParams.set(name, value);
    const { ca, cert, key } = connection;
    const token = connection.token?.();
    const socket = new WebSocket(url.href.replace(/^http/, 'ws'), PROTOCOLS, {
      ca,
      ...(cert ? { cert } : {}),
      ...(key ? { key } : {}),
      headers: token ? { authorization: `Bearer ${token}` } : {},
      handshakeTimeout: timeoutMs,
    });
    const said: Record<number, Buffer[]> = { [channel.stdout]: [], [channel.stderr]: [], [channel.error]: [] };
    const saidOn = (number: number) => Buffer.concat(said[number]!).toString('utf8');
    socket.on('message', (data: Buffer) => said[data[0] ?? -1]?.push(data.subarray(1)));
    let timedOut = false;
    const late = setTimeout(() => {
      timedOut = true;
      socket.terminate();
    }, timeoutMs);
    try {
      await new Promise<void>((resolve, reject) => {
        socket.on('close', () => resolve());
        socket.on('error', (cause) => reject(new FaultflixError('unavailable', 'no exec', { where, cause })));
        socket.on('unexpected-response', (_request, response) => {
          const refused = (received: string) =>
            new FaultflixError('unavailable', 'exec was refused', { where, received });
          text(response).then(
            (body) => reject(refused(`HTTP ${response.statusCode} ${body.slice(0, 500)}`)),
            (cause: unknown) => reject(refused(`HTTP ${response.statusCode}: ${cause}`)),
          );
        });
      });
    } finally {
      clearTimeout(late);
      socket.terminate();
    }
    const end = saidOn(channel.error);
    if (!end && timedOut)
      throw new FaultflixError('deadline-exceeded', `exec did not end within ${timeoutMs} ms`, { where });
    if (!end)
      throw new FaultflixError('unavailable', 'the connection of an exec ended before the command did', { where });
    const { status, message } = JSON.parse(end) as { status: string; message?: string };
    if (status === 'Success') return saidOn(channel.stdout);
    const received = [message, saidOn(channel.stderr).trim().slice(-500)].filter(Boolean).join(': ');
    throw new FaultflixError('could-not-run', 'a command in a container failed', { where, received });
  };
