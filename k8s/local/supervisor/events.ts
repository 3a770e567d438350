import type { ErrorJson } from '#base/errors.ts';
import type { Progress } from '../tools/progress.ts';

/** What `k8s/local/main.ts up` says, one JSON object a line: docs/architecture.md, "Processes of npm start". */
export type Event =
  | ({ readonly type: 'progress'; readonly stage: 'tools' } & Progress)
  | { readonly type: 'stage'; readonly stage: Stage; readonly state: 'started' }
  | { readonly type: 'stage'; readonly stage: Stage; readonly state: 'done'; readonly ms: number }
  | { readonly type: 'recovered'; readonly ended: number }
  | {
      readonly type: 'ready';
      readonly kubeconfig: string;
      readonly stateDir: string;
      readonly binDir: string;
      readonly pids: Readonly<Record<string, number>>;
      readonly nodes: readonly string[];
    }
  | { readonly type: 'restarted'; readonly what: string; readonly pid: number; readonly because: string }
  | { readonly type: 'error'; readonly error: ErrorJson }
  | { readonly type: 'down' };

/** `images` only where nodes are real: elsewhere a container runs from the host's own files. */
export type Stage = 'tools' | 'images' | 'control-plane' | 'nodes';
export type Emit = (event: Event) => void;
