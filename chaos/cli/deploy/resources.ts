/** Where the API keeps a kind: its plural and whether it has a namespace, asked of the API's own discovery. */
import { FaultflixError } from '#base/errors.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { describe, type Manifest } from './manifest.ts';

interface ResourceList {
  readonly resources: ReadonlyArray<{ readonly name: string; readonly kind: string; readonly namespaced: boolean }>;
}

export class Resources {
  readonly #http: KubeHttp;
  readonly #lists = new Map<string, Promise<ResourceList>>();

  constructor(http: KubeHttp) {
    this.#http = http;
  }

  /** The path of the collection that the object belongs to. */
  async collection(manifest: Manifest): Promise<string> {
    const { apiVersion, kind, metadata } = manifest;
    const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const { resources } = await this.#list(base);
    const resource = resources.find((each) => each.kind === kind && !each.name.includes('/'));
    if (!resource) {
      throw new FaultflixError('could-not-run', `the cluster has no kind ${kind} in ${apiVersion}`, {
        where: describe(manifest),
        expected: `one of ${[...new Set(resources.map((each) => each.kind))].join(', ')}`,
        received: kind,
        todo: 'is the cluster old, or its extension not installed?',
      });
    }
    const namespace = resource.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
    return `${base}${namespace}/${resource.name}`;
  }

  #list(base: string): Promise<ResourceList> {
    let list = this.#lists.get(base);
    if (!list) {
      list = this.#http.json<ResourceList>({ path: base });
      // A failure is not remembered: a kind just defined may take a moment to be served.
      list.catch(() => this.#lists.delete(base));
      this.#lists.set(base, list);
    }
    return list;
  }
}
