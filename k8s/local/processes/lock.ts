import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { type Clock, systemClock } from '#base/clock.ts';

/**
 * Locks between processes of one user on one machine. A lock is a listening socket in Linux' abstract namespace
 * (unix(7)): the kernel lets one process have a name and takes it back at that process's end, SIGKILL included. So there
 * is no file to leave behind, no stale holder to guess at, and waiters learn of the release as the end of a stream. The
 * holder tells whoever connects who it is, and then its status each time that changes.
 */
export interface Holder {
  readonly pid: number;
  readonly sinceMs: number;
  /** What the holder does, in a word. */
  readonly doing: string;
}

export interface Lock {
  /** Told to everyone who follows the lock, now and later. */
  tell(status: unknown): void;
  release(): Promise<void>;
}

export interface LockOptions {
  readonly name: string;
  readonly doing: string;
  readonly clock?: Clock;
}

/** The lock, or undefined when another process has it. */
export async function tryLock({ name, doing, clock = systemClock }: LockOptions): Promise<Lock | undefined> {
  const holder: Holder = { pid: process.pid, sinceMs: clock.now(), doing };
  const followers = new Set<Socket>();
  let latest = '';
  const server = createServer((socket) => {
    followers.add(socket);
    socket.on('error', () => socket.destroy()); // a follower that left is no loss
    socket.on('close', () => followers.delete(socket));
    socket.unref();
    socket.write(`${JSON.stringify({ holder })}\n${latest}`);
  });
  if (!(await listen(server, pathOf(name)))) return undefined;
  server.unref();
  return {
    tell(status) {
      latest = `${JSON.stringify({ status })}\n`;
      for (const socket of followers) socket.write(latest);
    },
    release: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of followers) socket.destroy();
      }),
  };
}

export interface FollowOptions {
  readonly name: string;
  readonly onHolder?: (holder: Holder) => void;
  readonly onStatus?: (status: unknown) => void;
  readonly signal?: AbortSignal;
}

/** Resolves when the lock's holder lets go of it or dies; at once when nobody has it. Rejects when aborted. */
export function followLock({ name, onHolder, onStatus, signal }: FollowOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(pathOf(name));
    const stop = () => {
      socket.destroy();
      reject(signal?.reason);
    };
    if (signal?.aborted) return stop();
    signal?.addEventListener('abort', stop, { once: true });
    socket.on('error', () => socket.destroy()); // refused or reset: nobody holds it any more; `close` follows
    socket.on('close', () => {
      signal?.removeEventListener('abort', stop);
      resolve();
    });
    createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })
      .on('error', () => {}) // the socket's own handler has it
      .on('line', (line) => {
        const told = parse(line);
        if (told?.holder) onHolder?.(told.holder);
        if (told && 'status' in told) onStatus?.(told.status);
      });
  });
}

/** Who has the lock now; undefined when nobody has. */
export async function holderOf(name: string, signal = AbortSignal.timeout(2_000)): Promise<Holder | undefined> {
  let found: Holder | undefined;
  const seen = new AbortController();
  const onHolder = (holder: Holder) => {
    found = holder;
    seen.abort();
  };
  await followLock({ name, onHolder, signal: AbortSignal.any([seen.signal, signal]) }).catch((reason) => {
    if (!found) throw reason;
  });
  return found;
}

/** Abstract names hold 107 bytes; ours are a hash away from that. */
function pathOf(name: string): string {
  return `\0faultflix/${process.getuid?.() ?? 0}/${name}`;
}

function listen(server: Server, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    server.listen(path, () => resolve(true));
  });
}

function parse(line: string): { holder?: Holder; status?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined; // a line that was cut off when its writer died
  }
}
