import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { KubeHttp } from '#base/kube/http.ts';
import { identify, isAlive, type ProcessId, startedWith } from '../processes/identity.ts';
import type { Event } from '../supervisor/events.ts';
import { CLUSTER_VARIABLE, clusterPlace, readRecord } from '../supervisor/state-dir.ts';

const MAIN = join(import.meta.dirname, '..', 'main.ts');
const START_BOUND_MS = 180_000;
const EVENT_BOUND_MS = 60_000;

type EventOf<T extends Event['type']> = Extract<Event, { readonly type: T }>;

export interface UpProcess {
  readonly child: ChildProcess;
  readonly id: ProcessId;
  readonly events: readonly Event[];
  /** The first event of the type that fits, past or to come; rejects when the process ends before it comes. */
  event<T extends Event['type']>(type: T, fits?: (event: EventOf<T>) => boolean): Promise<EventOf<T>>;
  /** Its exit code or the signal that ended it. */
  readonly over: Promise<number | NodeJS.Signals | null>;
  /** Ends it, and whatever it left. */
  readonly end: () => Promise<void>;
}

/** As `launch`, ended with the test, whatever happens. */
export function startUp(t: TestContext, name: string, ...flags: string[]): UpProcess {
  const up = launch(name, ...flags);
  t.after(up.end);
  return up;
}

/** `main.ts up` as a process of its own, whose stdin is a pipe. */
export function launch(name: string, ...flags: string[]): UpProcess {
  const child = spawn(process.execPath, [MAIN, 'up', '--name', name, ...flags], { stdio: ['pipe', 'pipe', 'inherit'] });
  const events: Event[] = [];
  const lines = createInterface({ input: child.stdout! });
  lines.on('line', (line) => events.push(JSON.parse(line) as Event));
  const over = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals | null);
  child.stdin!.on('error', () => {}); // it ended before its stdin was closed
  return {
    async end() {
      child.stdin!.end();
      await over;
      const down = spawn(process.execPath, [MAIN, 'down', '--name', name], { stdio: 'ignore' });
      await once(down, 'exit');
    },
    child,
    id: identify(child.pid!)!,
    events,
    over,
    async event(type, fits = () => true) {
      const bound = AbortSignal.timeout(type === 'ready' ? START_BOUND_MS : EVENT_BOUND_MS);
      const find = () =>
        events.find((event): event is EventOf<typeof type> => event.type === type && fits(event as never));
      for (;;) {
        const found = find();
        if (found) return found;
        const ended = await Promise.race([
          once(lines, 'line', { signal: bound }).then(() => false),
          over.then(() => true),
        ]);
        const late = find();
        if (late) return late;
        if (ended) throw new Error(`it ended without ${type}: ${JSON.stringify(events.at(-1))}`);
      }
    },
  };
}

/** A client of the cluster as the user whose kubeconfig this is. */
export async function clientOf(kubeconfig: string): Promise<KubeHttp> {
  const { clusters, users } = JSON.parse(await readFile(kubeconfig, 'utf8'));
  const plain = (base64: string) => Buffer.from(base64, 'base64');
  const { user } = users[0];
  return new KubeHttp({
    server: clusters[0].cluster.server,
    ca: plain(clusters[0].cluster['certificate-authority-data']),
    cert: plain(user['client-certificate-data']),
    key: plain(user['client-key-data']),
  });
}

/** What a cluster occupies on this machine; taken while it is up, asked again when it is gone. */
export async function footprint(name: string, ports: readonly number[]) {
  const { stateDir } = clusterPlace(name);
  const record = await readRecord(stateDir);
  if (!record) throw new Error(`no cluster in ${stateDir}`);
  return {
    stateDir,
    processes: record.processes,
    async left() {
      const marked = startedWith(CLUSTER_VARIABLE, record.instance);
      const recorded = [record.supervisor, ...Object.values(record.processes)].filter(isAlive);
      const open = [];
      for (const port of ports) if (await listens(port)) open.push(port);
      return { processes: [...marked, ...recorded].map(({ pid }) => pid), ports: open };
    },
  };
}

export function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

export interface Listener {
  /** As /proc/net/tcp and tcp6 write it: hexadecimal, in the machine's byte order. */
  readonly address: string;
  readonly port: number;
}

/** 127.0.0.1 in /proc/net/tcp of a little-endian machine. */
export const LOOPBACK = '0100007F';

/** Where the processes of these pids listen: proc_net_tcp of the kernel's documentation. */
export async function listenersOf(pids: readonly number[]): Promise<Listener[]> {
  const inodes = new Set<string>();
  for (const pid of pids) {
    for (const fd of await readdir(`/proc/${pid}/fd`)) {
      const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => ''); // closed meanwhile
      const [, inode] = /^socket:\[(\d+)\]$/.exec(target) ?? [];
      if (inode) inodes.add(inode);
    }
  }
  const LISTEN = '0A';
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8')));
  return tables
    .flatMap((table) => table.split('\n').map((row) => row.trim().split(/\s+/)))
    .filter((row) => row[3] === LISTEN && inodes.has(row[9] ?? ''))
    .map((row) => {
      const [address = '', port = ''] = row[1]!.split(':');
      return { address, port: Number.parseInt(port, 16) };
    });
}

export async function portsOf(pids: readonly number[]): Promise<number[]> {
  return (await listenersOf(pids)).map(({ port }) => port);
}
