import type { V1Pod } from '@kubernetes/client-node';
import { FaultflixError } from '#base/errors.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { type KubeObject, listWatch } from '#base/kube/list-watch.ts';
import { labels } from '#base/names.ts';

export interface ServicePod {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly resourceVersion: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly node: string;
  readonly ip: string;
  readonly ready: boolean;
  readonly dying: boolean;
}

export interface ServicePodsOptions {
  readonly http: KubeHttp;
  readonly namespace: string;
  readonly service: string;
}

/** The pods of one service in one namespace, kept up to date by a watch from the first question until `close`. */
export class ServicePods {
  readonly #stop = new AbortController();
  readonly #waiters = new Set<() => void>();
  readonly #first = Promise.withResolvers<void>();
  #pods = new Map<string, ServicePod>();
  #trouble = '';

  constructor({ http, namespace, service }: ServicePodsOptions) {
    this.#first.promise.catch(() => undefined);
    const watch = listWatch<V1Pod & KubeObject>({
      http,
      path: `/api/v1/namespaces/${namespace}/pods`,
      query: { labelSelector: `${labels.service}=${service}` },
      signal: this.#stop.signal,
      onList: (items) => {
        this.#pods = new Map(items.map((pod) => [pod.metadata.uid, seen(pod)]));
        this.#first.resolve();
        this.#changed();
      },
      onEvent: (type, pod) => {
        if (type === 'DELETED') this.#pods.delete(pod.metadata.uid);
        else this.#pods.set(pod.metadata.uid, seen(pod));
        this.#changed();
      },
      onTrouble: (message) => {
        this.#trouble = message;
      },
    });
    watch.catch((error: unknown) => this.#first.reject(error));
  }

  /** Resolves once the pods are known; rejects with `unavailable` after `timeoutMs`. */
  async ready(timeoutMs = 10_000): Promise<this> {
    const timer = setTimeout(() => {
      this.#first.reject(new FaultflixError('unavailable', `the pods could not be listed: ${this.#trouble}`));
    }, timeoutMs);
    try {
      await this.#first.promise;
      return this;
    } finally {
      clearTimeout(timer);
    }
  }

  find(uid: string): ServicePod | undefined {
    return this.#pods.get(uid);
  }

  /** Ready and not on their way out. */
  readyCount(except?: string): number {
    return [...this.#pods.values()].filter(({ ready, dying, uid }) => ready && !dying && uid !== except).length;
  }

  /** Resolves with true as soon as the condition holds, with false when the signal aborts first. */
  async until(condition: (pods: this) => boolean, signal: AbortSignal): Promise<boolean> {
    if (condition(this)) return true;
    if (signal.aborted) return false;
    return new Promise((resolve) => {
      const end = (result: boolean) => {
        this.#waiters.delete(look);
        signal.removeEventListener('abort', give);
        resolve(result);
      };
      const look = () => {
        if (condition(this)) end(true);
      };
      const give = () => end(false);
      this.#waiters.add(look);
      signal.addEventListener('abort', give, { once: true });
    });
  }

  close(): void {
    this.#stop.abort();
  }

  #changed(): void {
    for (const waiter of [...this.#waiters]) waiter();
  }
}

function seen({ metadata, spec, status }: V1Pod & KubeObject): ServicePod {
  const full = metadata as V1Pod['metadata'] & KubeObject['metadata'];
  return {
    uid: full.uid,
    name: full.name,
    namespace: full.namespace ?? '',
    resourceVersion: full.resourceVersion,
    labels: full.labels ?? {},
    node: spec?.nodeName ?? '',
    ip: status?.podIP ?? '',
    ready: status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false,
    dying: full.deletionTimestamp !== undefined,
  };
}
