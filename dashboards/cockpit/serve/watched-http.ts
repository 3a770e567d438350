import type { IncomingMessage } from 'node:http';
import { asFaultflixError, type FaultflixError } from '#base/errors.ts';
import type { KubeConnection } from '#base/kube/connection.ts';
import { KubeHttp, type KubeRequest } from '#base/kube/http.ts';

export interface WatchListener {
  onWatching(path: string): void;
  onFailed(path: string, error: FaultflixError): void;
}

/**
 * The Kubernetes client, telling when a watch has been opened: after an outage a resumed watch brings no event until
 * something changes, and until then nobody could say that what is shown is true again. Failures are told with their
 * code, which a list-watch's trouble has not.
 */
export class WatchedHttp extends KubeHttp {
  readonly #listener: WatchListener;

  constructor(connection: KubeConnection, listener: WatchListener) {
    super(connection);
    this.#listener = listener;
  }

  override async open(options: KubeRequest): Promise<IncomingMessage> {
    try {
      const response = await super.open(options);
      if (options.query?.watch === true) this.#listener.onWatching(options.path);
      return response;
    } catch (thrown) {
      this.#listener.onFailed(options.path, asFaultflixError(thrown));
      throw thrown;
    }
  }
}
