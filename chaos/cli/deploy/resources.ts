/** Where the API keeps a kind: its plural and whether it has a namespace, asked of the API's own discovery. */
import { FaultflixError } from '#base/errors.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { describe, type Manifest } from './manifest.ts';

interface ResourceList {
  readonly resources: ReadonlyArray<{ readonly name: string; readonly kind: string; readonly namespaced: boolean }>;
}

export interface Resource {
  /** Path of the group and version: `/apis/apps/v1`. */
  readonly base: string;
  /** Empty for the core group. */
  readonly group: string;
  /** The plural: `deployments`. */
  readonly resource: string;
  readonly namespaced: boolean;
}

export class Resources {
  readonly #http: KubeHttp;
  readonly #lists = new Map<string, Promise<ResourceList>>();

  constructor(http: KubeHttp) {
    this.#http = http;
  }

  /** The path of the collection that the object belongs to. */
  async collection(manifest: Manifest): Promise<string> {
    const { base, resource, namespaced } = await this.find(manifest);
    const namespace = namespaced ? `/namespaces/${manifest.metadata.namespace ?? 'default'}` : '';
    return `${base}${namespace}/${resource}`;
  }

  /** Throws `could-not-run` when the cluster does not know the kind. */
  async find(manifest: Manifest): Promise<Resource> {
    const { apiVersion, kind } = manifest;
    const inGroup = apiVersion.includes('/');
    const base = inGroup ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
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
    const group = inGroup ? apiVersion.split('/')[0]! : '';
    return { base, group, resource: resource.name, namespaced: resource.namespaced };
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
