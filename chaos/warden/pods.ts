import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { messageOf } from '#base/errors.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { type KubeObject, listWatch } from '#base/kube/list-watch.ts';
import { innerPorts } from '#base/names.ts';
import type { Logger } from '../world/log.ts';

export interface NodePod {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly ip: string;
}

interface Container {
  readonly ports?: ReadonlyArray<{ readonly containerPort: number }>;
}

interface Pod extends KubeObject {
  readonly spec?: { readonly containers?: readonly Container[]; readonly initContainers?: readonly Container[] };
  readonly status?: { readonly podIP?: string; readonly phase?: string };
}

export interface NodePodsOptions {
  readonly node: string;
  /** Keeps what was last known over a restart without the API server; in the pod's emptyDir. */
  readonly file: string;
  readonly log: Logger;
}

/** The pods of one node, last known good: from the watch, and before that from what an earlier process knew. */
export class NodePods {
  readonly #options: NodePodsOptions;
  #pods = new Map<string, NodePod>();
  #watching = false;
  #saving: Promise<void> = Promise.resolve();
  readonly #onChange = new Set<() => void>();

  constructor(options: NodePodsOptions) {
    this.#options = options;
    for (const pod of this.#saved()) this.#pods.set(pod.uid, pod);
  }

  get all(): readonly NodePod[] {
    return [...this.#pods.values()];
  }

  get watching(): boolean {
    return this.#watching;
  }

  find(uid: string): NodePod | undefined {
    return this.#pods.get(uid);
  }

  onChange(listener: () => void): void {
    this.#onChange.add(listener);
  }

  /** Watches until the signal aborts. */
  watch(http: KubeHttp, signal: AbortSignal): Promise<void> {
    const { node, log } = this.#options;
    return listWatch<Pod>({
      http,
      path: '/api/v1/pods',
      query: { fieldSelector: `spec.nodeName=${node}` },
      signal,
      onList: (items) => {
        this.#pods = new Map(items.flatMap((pod) => known(pod)).map((pod) => [pod.uid, pod]));
        this.#watching = true;
        this.#changed();
      },
      onEvent: (type, pod) => {
        this.#watching = true;
        const [now] = type === 'DELETED' ? [] : known(pod);
        if (now) this.#pods.set(now.uid, now);
        else this.#pods.delete(pod.metadata.uid);
        this.#changed();
      },
      onTrouble: (message, retryInMs) => {
        this.#watching = false;
        log.warn({ why: message, retryInMs }, 'the watch of pods broke; going on with what was last known');
      },
    });
  }

  /** Resolves when all that was known has been kept. */
  settled(): Promise<void> {
    return this.#saving;
  }

  #changed(): void {
    for (const listener of this.#onChange) listener();
    const { file, log } = this.#options;
    this.#saving = this.#saving
      .then(async () => {
        await writeFile(`${file}.new`, JSON.stringify(this.all));
        await rename(`${file}.new`, file);
      })
      .catch((error: unknown) => log.warn({ why: messageOf(error) }, 'could not keep what is known of pods'));
  }

  #saved(): readonly NodePod[] {
    const { file, log } = this.#options;
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as NodePod[];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        log.warn({ why: messageOf(error) }, 'unreadable memory of pods');
      return [];
    }
  }
}

/**
 * Pods with an address and a sidecar, that are not over. Others are not asked: where policies are enforced, they would
 * not answer, and on a cluster of one's own they are somebody else's.
 */
function known({ metadata, spec = {}, status }: Pod): NodePod[] {
  if (!status?.podIP || status.phase === 'Succeeded' || status.phase === 'Failed') return [];
  const { containers = [], initContainers = [] } = spec;
  const ports = [...containers, ...initContainers].flatMap(({ ports: of = [] }) => of);
  if (!ports.some(({ containerPort }) => containerPort === innerPorts.toxiproxy)) return [];
  return [{ uid: metadata.uid, namespace: metadata.namespace ?? '', name: metadata.name, ip: status.podIP }];
}
