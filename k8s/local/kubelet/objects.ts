import type { KubeHttp } from '#base/kube/http.ts';
import { KubeStatusError } from '#base/kube/http.ts';
import { listWatch } from '#base/kube/list-watch.ts';
import { log } from './log.ts';
import type { DataObject } from './types.ts';

export type DataKind = 'ConfigMap' | 'Secret';
const plural: Readonly<Record<DataKind, string>> = { ConfigMap: 'configmaps', Secret: 'secrets' };
const keyOf = (kind: DataKind, namespace: string, name: string) => `${kind}/${namespace}/${name}`;

interface Options {
  readonly http: KubeHttp;
  readonly signal: AbortSignal;
  /** Called with `<kind>/<namespace>/<name>` of each object that changed, came or went. */
  readonly onChange: (key: string) => void;
  /** A watch has ended for good. */
  readonly onDeaf: (error: unknown) => void;
}

/**
 * ConfigMaps and Secrets of the cluster, by one watch each: all nodes are played here, so one copy serves them all.
 * Last known good while the API server is away.
 */
export class DataObjects {
  readonly #http: KubeHttp;
  readonly #objects = new Map<string, DataObject>();

  constructor({ http, signal, onChange, onDeaf }: Options) {
    this.#http = http;
    for (const kind of ['ConfigMap', 'Secret'] as const) {
      listWatch<DataObject>({
        http,
        path: `/api/v1/${plural[kind]}`,
        signal,
        onList: (items) => this.#replace(kind, items, onChange),
        onEvent: (type, object) => {
          const key = keyOf(kind, object.metadata.namespace!, object.metadata.name);
          if (type === 'DELETED') this.#objects.delete(key);
          else this.#objects.set(key, object);
          onChange(key);
        },
        onTrouble: (message, retryInMs) => log('watch', { what: plural[kind], message, retryInMs }),
      }).catch(onDeaf);
    }
  }

  find(kind: DataKind, namespace: string, name: string): DataObject | undefined {
    return this.#objects.get(keyOf(kind, namespace, name));
  }

  /** Asks the API server for an object that is not known: the watch may be a moment behind the pod that needs it. */
  async fetch(kind: DataKind, namespace: string, name: string): Promise<DataObject | undefined> {
    const known = this.find(kind, namespace, name);
    if (known) return known;
    try {
      const path = `/api/v1/namespaces/${namespace}/${plural[kind]}/${name}`;
      const object = await this.#http.json<DataObject>({ path });
      this.#objects.set(keyOf(kind, namespace, name), object);
      return object;
    } catch (thrown) {
      if (thrown instanceof KubeStatusError && thrown.status === 404) return undefined;
      throw thrown;
    }
  }

  #replace(kind: DataKind, items: readonly DataObject[], onChange: (key: string) => void): void {
    const now = new Map(items.map((item) => [keyOf(kind, item.metadata.namespace!, item.metadata.name), item]));
    const changed: string[] = [];
    for (const [key, known] of this.#objects) {
      if (!key.startsWith(`${kind}/`)) continue;
      if (!now.has(key)) this.#objects.delete(key);
      if (now.get(key)?.metadata.resourceVersion !== known.metadata.resourceVersion) changed.push(key);
    }
    for (const [key, object] of now) {
      if (!this.#objects.has(key)) changed.push(key);
      this.#objects.set(key, object);
    }
    for (const key of new Set(changed)) onChange(key);
  }
}
