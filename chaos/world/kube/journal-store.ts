import { FaultflixError } from '#base/errors.ts';
import { type KubeHttp, KubeStatusError } from '#base/kube/http.ts';
import { API_GROUP, API_VERSION } from '#base/names.ts';
import type { Experiment } from '../../engine/experiment.ts';
import type { ExperimentStatus } from '../../engine/journal.ts';
import type { JournalStore } from '../../engine/ports.ts';

export const experimentsPath = (namespace: string): string =>
  `/apis/${API_GROUP}/${API_VERSION}/namespaces/${namespace}/experiments`;

export interface KubeJournalOptions {
  readonly http: KubeHttp;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** The status of one Experiment; another object of the same name is not it. */
export class KubeJournal implements JournalStore {
  readonly #options: KubeJournalOptions;
  readonly #path: string;

  constructor(options: KubeJournalOptions) {
    this.#options = options;
    this.#path = `${experimentsPath(options.namespace)}/${options.name}`;
  }

  async read(): Promise<{ status: ExperimentStatus | undefined; version: string } | undefined> {
    try {
      const { metadata, status } = await this.#options.http.json<Experiment>({ path: this.#path });
      if (metadata.uid !== this.#options.uid || metadata.deletionTimestamp !== undefined) return undefined;
      // An object that `kubectl` wrote may carry an empty status.
      return { status: status?.phase === undefined ? undefined : status, version: metadata.resourceVersion ?? '' };
    } catch (error) {
      if (error instanceof KubeStatusError && error.status === 404) return undefined;
      throw error;
    }
  }

  async write(status: ExperimentStatus, version: string): Promise<string> {
    const { http, name, namespace, uid } = this.#options;
    const body = {
      apiVersion: `${API_GROUP}/${API_VERSION}`,
      kind: 'Experiment',
      metadata: { name, namespace, uid, resourceVersion: version },
      // The API server keeps the spec of what it has: only the status of this body is taken.
      spec: {},
      status,
    };
    try {
      const { metadata } = await http.json<Experiment>({ method: 'PUT', path: `${this.#path}/status`, body });
      return metadata.resourceVersion ?? '';
    } catch (error) {
      if (error instanceof KubeStatusError && error.status === 409 && !(await this.read())) {
        throw new FaultflixError('not-found', 'the Experiment is gone', { where: this.#path, cause: error });
      }
      throw error;
    }
  }
}
