/** What the cluster's supervisor says: docs/architecture.md, "Processes of `npm start`". */
import type { ErrorJson } from '#base/errors.ts';
import { regions } from '#base/names.ts';
import { elapsed } from '../terminal/step.ts';

export type SupervisorEvent =
  | {
      readonly type: 'progress';
      readonly stage: string;
      readonly what: string;
      readonly way?: 'cache' | 'download' | 'build';
      readonly done?: number;
      readonly total?: number;
      readonly unit?: 'bytes' | 'modules' | 'packages';
      readonly etaMs?: number;
    }
  | { readonly type: 'stage'; readonly stage: string; readonly state: 'started' | 'done'; readonly ms?: number }
  | ReadyEvent
  | { readonly type: 'restarted'; readonly what: string }
  | { readonly type: 'recovered'; readonly ended: number }
  | { readonly type: 'error'; readonly error: ErrorJson }
  | { readonly type: 'down' };

export interface ReadyEvent {
  readonly type: 'ready';
  readonly kubeconfig: string;
  readonly stateDir: string;
  readonly binDir: string;
  readonly pids: Readonly<Record<string, number>>;
  /** Names: `<region>a-1`, or others of a cluster that has no regions. */
  readonly nodes: readonly string[];
}

/** `3 regions, 6 nodes`. */
export function nodesText(nodes: readonly string[]): string {
  const here = regions.filter((region) => nodes.some((name) => name.startsWith(region)));
  const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
  return [...(here.length > 0 ? [counted(here.length, 'region')] : []), counted(nodes.length, 'node')].join(', ');
}

/** A line of the supervisor's stdout; undefined for what is not one of its events. */
export function parseSupervisorLine(line: string): SupervisorEvent | undefined {
  try {
    const value = JSON.parse(line) as { type?: unknown } | null;
    return typeof value?.type === 'string' ? (value as SupervisorEvent) : undefined;
  } catch {
    return undefined;
  }
}

/** `kube-apiserver: building 120 of 1404 packages (8 %), about 4 min 10 s left`. */
export function progressText(event: Extract<SupervisorEvent, { type: 'progress' }>): string {
  const { what, way, done, total, unit, etaMs } = event;
  const verb = way === 'build' ? 'building' : way === 'download' ? 'downloading' : (way ?? '');
  const amount =
    done === undefined || !total
      ? ''
      : unit === 'bytes'
        ? `${megabytes(done)} of ${megabytes(total)} MB`
        : `${done} of ${total} ${unit ?? ''}`.trimEnd();
  const share = done !== undefined && total ? `(${Math.floor((100 * done) / total)} %)` : '';
  const left = etaMs === undefined ? '' : `, about ${elapsed(etaMs)} left`;
  return `${what}: ${[verb, amount, share].filter(Boolean).join(' ')}${left}`;
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
