import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { reachable } from '#base/address.ts';
import { messageOf } from '#base/errors.ts';
import { log } from '../log.ts';
import type { PodWorker } from '../pod-worker.ts';
import { HttpProblem } from './problem.ts';
import { type SpdyStream, serveSpdy } from './spdy/session.ts';

interface Call {
  readonly worker: PodWorker;
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** kubectl speaks SPDY/3.1 within a WebSocket; older clients after an upgrade of HTTP itself. */
const PROTOCOL = 'portforward.k8s.io';
const TUNNEL = `SPDY/3.1+${PROTOCOL}`;
const LOOPBACK = { FAULTFLIX_NETWORK: 'loopback' };

const upgrades = new WebSocketServer({ noServer: true, perMessageDeflate: false, handleProtocols: () => TUNNEL });

/** Serves `kubectl port-forward`: each of the client's connections is a pair of streams, its data and its errors. */
export async function portForward(call: Call): Promise<void> {
  const { worker } = call;
  if (worker.status().phase !== 'Running') throw new HttpProblem(400, `pod ${worker.pod.metadata.name} is not running`);
  const connection = await open(call);
  const waiting = new Map<string, SpdyStream>();
  await serveSpdy(connection, (stream) => {
    const request = stream.headers.get('requestid') ?? '';
    const other = waiting.get(request);
    if (!other) {
      waiting.set(request, stream);
      return;
    }
    waiting.delete(request);
    const data = stream.headers.get('streamtype') === 'data' ? stream : other;
    forward(worker, data, data === stream ? other : stream);
  }).catch((error) => log('port-forward', { pod: worker.pod.metadata.name, message: messageOf(error) }));
}

function forward({ runtime, pod }: PodWorker, data: SpdyStream, errors: SpdyStream): void {
  const port = Number(data.headers.get('port'));
  const socket = connect({ host: reachable(runtime.ip, LOOPBACK), port, allowHalfOpen: true });
  errors.resume(); // the client says nothing there: it only ends
  socket.once('connect', () => {
    socket.pipe(data).pipe(socket);
    data.once('close', () => socket.destroy());
    socket.once('close', () => {
      if (!errors.writableEnded) errors.end();
    });
  });
  socket.once('error', (error: NodeJS.ErrnoException) => {
    const why = error.code === 'ECONNREFUSED' ? 'connection refused' : error.message;
    const { name, namespace, uid } = pod.metadata;
    errors.end(
      `error forwarding port ${port} to pod ${namespace}/${name}, uid ${uid}: dial tcp4 :${port}: ${why}`,
      () => {
        data.reset();
      },
    );
  });
}

function open({ request, socket, head }: Call): Promise<Duplex> {
  const { upgrade, 'x-stream-protocol-version': version, 'sec-websocket-protocol': offered = '' } = request.headers;
  if (/^websocket$/i.test(upgrade ?? '')) {
    if (!offered.split(/\s*,\s*/).includes(TUNNEL))
      throw new HttpProblem(400, `the kubelet speaks ${TUNNEL} over WebSocket only; asked for: ${offered}`);
    return new Promise((resolve) => {
      upgrades.handleUpgrade(request, socket, head, (client) => resolve(createWebSocketStream(client)));
    });
  }
  if (!/^SPDY\/3\.1$/i.test(upgrade ?? '')) throw new HttpProblem(400, `no port-forward over ${upgrade}`);
  if (
    !String(version)
      .split(/\s*,\s*/)
      .includes(PROTOCOL)
  )
    throw new HttpProblem(403, `unable to upgrade: ${version}`);
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${PROTOCOL}\r\n\r\n`,
  );
  if (head.length > 0) socket.unshift(head);
  return Promise.resolve(socket);
}
