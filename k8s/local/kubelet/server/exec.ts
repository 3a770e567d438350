import { type ChildProcess, spawn } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { PodWorker } from '../pod-worker.ts';
import { logFileOf } from '../process/container-process.ts';
import { signal } from '../process/proc.ts';
import { tailFrom } from './attach-tail.ts';
import { HttpProblem } from './problem.ts';
import { resizeTerminal, type TerminalSize, terminalCommand } from './terminal.ts';

interface Call {
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
const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;
/** Output stops being read while this much waits to be sent. */
const MOST_UNSENT = 1024 * 1024;

const upgrades = new WebSocketServer({
  noServer: true,
  perMessageDeflate: false,
  handleProtocols: (offered) => PROTOCOLS.find((protocol) => offered.has(protocol)) ?? false,
});

const flag = (query: URLSearchParams, name: string) => ['1', 'true'].includes(query.get(name) ?? '');

/** Runs a command in a container with the streams of the caller; answers with its exit code. */
export async function exec(call: Call): Promise<void> {
  const { worker, container, query } = call;
  const runner = worker.containers.get(container);
  const { launched, process: running } = runner ?? {};
  if (!launched || !running) throw new HttpProblem(500, `container not found ("${container}")`);
  const command = [...(launched.as ?? []), ...query.getAll('command')];
  const tty = flag(query, 'tty');
  const { socket, inbox } = await open(call);
  const argv = tty ? terminalCommand(command, await firstSize(socket, inbox)) : command;
  if (!argv) return fail(socket, 'a terminal needs `script` (util-linux) on this machine; exec without -t works');
  const child = spawn(argv[0] ?? '', argv.slice(1), {
    env: { ...launched.env, ...(tty ? { TERM: 'xterm' } : {}) },
    cwd: launched.cwd,
    stdio: [flag(query, 'input') || tty ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    detached: true,
  });
  pump(socket, child.stdout!, channel.stdout);
  pump(socket, child.stderr!, tty ? channel.stdout : channel.stderr);
  child.stdin?.on('error', () => undefined); // the command closed its input: what comes is dropped
  listen(inbox, { socket, child, tty });
  const end = await new Promise<{ code: number } | { error: string }>((resolve) => {
    child.once('error', (error) => resolve({ error: error.message }));
    child.once('close', (code, name) => resolve({ code: code ?? 128 + signalNumber(name) }));
    // Children of the command may keep its output open: what they say later is not waited for.
    child.once('exit', (code, name) => setTimeout(() => resolve({ code: code ?? 128 + signalNumber(name) }), 200));
    socket.once('close', () => {
      if (child.exitCode === null && child.pid) signal(-child.pid, 'SIGKILL');
      resolve({ code: 137 });
    });
  });
  if ('error' in end) return fail(socket, `failed to exec in container: ${end.error}`);
  finish(socket, end.code);
}

/** kubectl tells the terminal's size at once; a client that does not gets the customary one. */
function firstSize(socket: WebSocket, inbox: Inbox): Promise<TerminalSize> {
  return new Promise((resolve) => {
    const early: Buffer[] = [];
    const timer = setTimeout(() => done({ Width: 80, Height: 24 }), 200);
    const done = (size: TerminalSize) => {
      clearTimeout(timer);
      inbox.hold(early);
      resolve(size);
    };
    socket.once('close', () => done({ Width: 80, Height: 24 }));
    inbox.deliver((message) => {
      if (message[0] === channel.resize) done(sizeOf(message));
      else early.push(message);
    });
  });
}

const sizeOf = (message: Buffer) => JSON.parse(message.subarray(1).toString('utf8')) as TerminalSize;

/** Keeps messages until somebody takes them: they come while the command is still being prepared. */
class Inbox {
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
    for (const message of this.#waiting.splice(0)) this.#handler(message);
  }

  /** Nobody takes messages for now; `first` are to be delivered before all others. */
  hold(first: readonly Buffer[]): void {
    this.#handler = undefined;
    this.#waiting.unshift(...first);
  }
}

/** Shows what the container writes from now on, until it ends. Its input is not connected: it has none here. */
export async function attach(call: Call): Promise<void> {
  const runner = call.worker.containers.get(call.container);
  const running = runner?.process;
  if (!runner || !running) throw new HttpProblem(500, `container not running (${call.container})`);
  const { socket } = await open(call);
  const stop = tailFrom({
    file: logFileOf(running.folder),
    clock: runner.logClock,
    onData: (bytes) => send(socket, channel.stdout, bytes),
  });
  socket.once('close', stop);
  const { exitCode } = await Promise.race([
    running.ended,
    new Promise<{ exitCode: number }>((resolve) => socket.once('close', () => resolve({ exitCode: 0 }))),
  ]);
  stop();
  finish(socket, exitCode);
}

/** Ends an upgrade that cannot be, as plain HTTP. */
export function refuseUpgrade(socket: Duplex, status: number, message: string): void {
  const body = Buffer.from(message);
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${message}`,
  );
}

function open({ request, socket, head }: Call): Promise<{ readonly socket: WebSocket; readonly inbox: Inbox }> {
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

function listen(
  inbox: Inbox,
  { socket, child, tty }: { readonly socket: WebSocket; readonly child: ChildProcess; readonly tty: boolean },
): void {
  inbox.deliver((message) => {
    const body = message.subarray(1);
    if (message[0] === channel.stdin) {
      if (child.stdin?.write(body) === false) {
        socket.pause();
        child.stdin.once('drain', () => socket.resume());
      }
    } else if (message[0] === channel.close && body[0] === channel.stdin) {
      child.stdin?.end();
    } else if (message[0] === channel.resize && tty && child.pid) {
      resizeTerminal(child.pid, sizeOf(message));
    }
  });
}

function pump(socket: WebSocket, stream: Readable, to: number): void {
  stream.on('data', (chunk: Buffer) => {
    send(socket, to, chunk);
    if (socket.bufferedAmount <= MOST_UNSENT) return;
    stream.pause();
    const timer = setInterval(() => {
      if (socket.bufferedAmount > MOST_UNSENT && socket.readyState === socket.OPEN) return;
      clearInterval(timer);
      stream.resume();
    }, 10);
  });
}

function send(socket: WebSocket, to: number, bytes: Buffer): void {
  if (socket.readyState === socket.OPEN) socket.send(Buffer.concat([Buffer.from([to]), bytes]));
}

/** The exit as the `metav1.Status` that kubectl takes its own exit code from. */
function finish(socket: WebSocket, code: number): void {
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

function fail(socket: WebSocket, message: string): void {
  const status = { metadata: {}, status: 'Failure', reason: 'InternalError', message, code: 500 };
  send(socket, channel.error, Buffer.from(JSON.stringify(status)));
  socket.close(1000);
}

const numbers: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
};
const signalNumber = (name: NodeJS.Signals | null) => numbers[name ?? 'SIGKILL'] ?? 9;
