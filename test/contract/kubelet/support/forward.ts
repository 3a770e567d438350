import { spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { findKubectl } from './cluster.ts';
import type { Space } from './space.ts';

const DEADLINE_MS = 60_000;

export interface Forward {
  /** A connection to the pod's port; ends with the test. */
  open(): Socket;
  /** Resolves when kubectl has said what fits, on stdout or stderr. */
  said(fits: RegExp): Promise<void>;
}

/** Runs `kubectl port-forward` to a port of a pod until the test ends; resolves when it listens. */
export async function forward(
  space: Space,
  { pod, port, env = {} }: { readonly pod: string; readonly port: number; readonly env?: Record<string, string> },
  context: Pick<TestContext, 'after'>,
): Promise<Forward> {
  const { kubeconfig } = space.cluster;
  const args = ['-n', space.name, 'port-forward', `pod/${pod}`, `:${port}`, '--address=127.0.0.1'];
  const kubectl = spawn(findKubectl(kubeconfig), args, { env: { ...process.env, KUBECONFIG: kubeconfig, ...env } });
  const sockets: Socket[] = [];
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    kubectl.kill('SIGKILL');
  });
  let text = '';
  const said = (fits: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const done = (error?: unknown) => {
        clearTimeout(timer);
        for (const stream of [kubectl.stdout, kubectl.stderr]) stream.removeListener('data', look);
        if (error) reject(error);
        else resolve();
      };
      const late = () => done(new FaultflixError('deadline-exceeded', `kubectl says ${fits}`, { received: text }));
      const timer = setTimeout(late, DEADLINE_MS);
      const look = () => fits.test(text) && done();
      for (const stream of [kubectl.stdout, kubectl.stderr]) stream.on('data', look);
      look();
    });
  for (const stream of [kubectl.stdout, kubectl.stderr])
    stream.on('data', (chunk) => {
      text += chunk;
    });
  const listening = /Forwarding from 127\.0\.0\.1:(\d+)/;
  await said(listening);
  const local = Number(listening.exec(text)![1]);
  const open = () => {
    const socket = connect({ host: '127.0.0.1', port: local, allowHalfOpen: true });
    sockets.push(socket);
    return socket;
  };
  return { said, open };
}

/** Everything that comes until the other side ends. */
export async function readAll(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket.setEncoding('utf8')) text += chunk;
  return text;
}
