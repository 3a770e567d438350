/**
 * Stands in a network namespace of its own, as a pod's process does. Echoes what comes to its ports over TCP and UDP, and
 * tries to reach others when told: a line `{id, to, protocol, port}` in, a line `{id, answer}` out.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** How long nothing must come before it is called silence, unless the asker says; shorter than a test may take for nothing. */
const SILENT_MS = 2_000;
/** A datagram may be lost without a wall, so it is sent again. */
const AGAIN_MS = 500;

interface Asked {
  readonly id: number;
  readonly to: string;
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
  readonly patienceMs?: number;
  /** Keep a TCP connection and speak over it when asked again. */
  readonly keep?: boolean;
  /** Speak over the connection that was kept under this number. */
  readonly over?: number;
}
type Answer = 'open' | 'refused' | 'silent';

const kept = new Map<number, ReturnType<typeof createConnection>>();

async function listen(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.pipe(socket);
    });
    server.listen(port, '0.0.0.0');
    const udp = createSocket('udp4');
    udp.on('message', (message, { port: back, address }) => udp.send(message, back, address));
    udp.bind(port, '0.0.0.0');
    await Promise.all([once(server, 'listening'), once(udp, 'listening')]);
  }
}

function answerOf(asked: Asked): Promise<Answer> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => end('silent'), asked.patienceMs ?? SILENT_MS);
    let close = () => {};
    const end = (answer: Answer) => {
      clearTimeout(timer);
      close();
      resolve(answer);
    };
    const failed = (error: NodeJS.ErrnoException) => end(error.code === 'ECONNREFUSED' ? 'refused' : 'silent');
    if (asked.protocol === 'UDP') {
      const udp = createSocket('udp4');
      let again: NodeJS.Timeout | undefined;
      close = () => {
        clearInterval(again);
        udp.close();
      };
      udp.once('message', () => end('open'));
      udp.on('error', failed);
      udp.connect(asked.port, asked.to, () => {
        udp.send('?');
        again = setInterval(() => udp.send('?'), AGAIN_MS);
      });
      return;
    }
    const old = asked.over === undefined ? undefined : kept.get(asked.over);
    const socket = old ?? createConnection({ host: asked.to, port: asked.port });
    if (asked.keep) kept.set(asked.id, socket);
    close = () => {
      socket.removeAllListeners('data');
      if (!asked.keep) socket.destroy();
    };
    socket.on('error', failed);
    socket.once('data', () => end('open'));
    socket.write('?');
  });
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const asked = JSON.parse(line) as Asked;
    void answerOf(asked).then((answer) => process.stdout.write(`${JSON.stringify({ id: asked.id, answer })}\n`));
  })
  .on('close', () => process.exit(0));

process.stdout.write('{"ready":true}\n');
process.stdin.once('data', () => undefined);
const ports = process.argv.slice(2).map(Number);
// The interface is up only after the namespace was found: addresses do not matter to 0.0.0.0.
await listen(ports);
process.stdout.write('{"listening":true}\n');
