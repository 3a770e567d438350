import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { WebSocket } from 'ws';
import { signal } from '../process/proc.ts';
import { HttpProblem } from './problem.ts';
import { type Call, channel, fail, finish, flag, type Inbox, open, send } from './remote-command.ts';
import { resizeTerminal, type TerminalSize, terminalCommand } from './terminal.ts';

/** Output stops being read while this much waits to be sent. */
const MOST_UNSENT = 1024 * 1024;

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

/** Names of either case: kubectl writes `Width`, client-node `width`, and Go reads both. */
function sizeOf(message: Buffer): TerminalSize {
  const { width, Width = width, height, Height = height } = JSON.parse(message.subarray(1).toString('utf8'));
  return { Width, Height };
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
