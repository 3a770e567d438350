import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { ErrorJson } from '#base/errors.ts';
import type { Event } from '../local/supervisor/events.ts';

/** A process by the number that it has in a process namespace: pid_namespaces(7). */
export interface Inner {
  readonly what: string;
  readonly pid: number;
  /** The namespace: the number in `/proc/<pid>/ns/pid`. */
  readonly namespace: string;
}

/** What a node's init says, one JSON object a line. */
export type NodeSays =
  /** Its namespaces are made: it may be given an interface. */
  | { readonly type: 'born' }
  | ({ readonly type: 'process' } & Inner)
  | ({ readonly type: 'restarted'; readonly because: string } & Inner)
  | { readonly type: 'error'; readonly error: ErrorJson };

/** What the cluster's init says to the supervisor. */
export type InsideSays =
  | Exclude<NodeSays, { readonly type: 'born' }>
  | Extract<Event, { readonly type: 'stage' }>
  | { readonly type: 'ready'; readonly kubeconfig: string; readonly nodes: readonly string[] };

export function say<T>(stream: Writable, message: T): void {
  stream.write(`${JSON.stringify(message)}\n`);
}

/** Calls back for each line that is a JSON object; others are not ours and are passed over. */
export function onMessages<T>(stream: Readable, hear: (message: T) => void): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
    if (!line.startsWith('{')) return;
    let message: T;
    try {
      message = JSON.parse(line) as T;
    } catch {
      return; // cut off when its writer died
    }
    hear(message);
  });
}
