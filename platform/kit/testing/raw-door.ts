import type { TestContext } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { systemClock } from '#base/clock.ts';
import { Admission } from '../admission.ts';
import type { HttpLimits } from '../http/limits.ts';
import { httpsServer } from '../http/server.ts';
import { createMetrics } from '../metrics.ts';
import { SwitchableGuards } from '../resilience/guards.ts';
import { signLeaf } from '../sign-leaf.ts';
import { testAuthorities } from './certificates.ts';

export interface RawDoor {
  readonly port: number;
  /** A connection on which nothing was sent yet. */
  connect(): Promise<TLSSocket>;
  /** Sends the bytes as they are and gives all that comes until the server closes, or until `done` says it is enough. */
  say(bytes: string | Buffer, done?: (answer: string) => boolean): Promise<string>;
}

/** The kit's HTTPS server with routes, spoken to byte by byte. */
export async function openRawDoor(
  t: Pick<TestContext, 'after'>,
  routes: (app: FastifyInstance) => void,
  limits: Partial<HttpLimits> = {},
): Promise<RawDoor> {
  const { root, issuer } = await testAuthorities();
  const nowMs = Date.now();
  const leaf = await signLeaf({
    ...{ issuerCert: issuer.cert, issuerKey: issuer.key, commonName: 'test', names: ['127.0.0.1'], nowMs },
  });
  const server = await httpsServer({
    ...{ service: 'test', host: '127.0.0.1', port: 0, leaf, routes, limits, clock: systemClock },
    admission: new Admission({ guards: new SwitchableGuards(), clock: systemClock, metrics: createMetrics() }),
    seam: { before: () => undefined },
    log: pino({ enabled: false }),
  });
  const sockets = new Set<TLSSocket>();
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await server.close(0);
  });
  const open = () =>
    new Promise<TLSSocket>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: server.port, ca: root.cert }, () => resolve(socket));
      sockets.add(socket);
      socket.once('error', reject);
      socket.on('error', () => undefined); // a reset is an end too
    });
  return {
    port: server.port,
    connect: open,
    async say(bytes, done) {
      const socket = await open();
      const answer = untilEnd(socket, done);
      socket.write(bytes);
      return answer;
    },
  };
}

/** All that comes until the other side closes, or until `done`. */
export function untilEnd(socket: TLSSocket, done?: (answer: string) => boolean): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text;
      if (done?.(answer)) resolve(answer);
    });
    socket.once('close', () => resolve(answer));
  });
}

/** Status and body of the only answer. */
export function answerIn(text: string): { readonly status: number; readonly head: string; readonly body: string } {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head, body: rest.join('\r\n\r\n') };
}
