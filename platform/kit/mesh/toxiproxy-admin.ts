import { request } from 'node:http';
import { FaultflixError } from '#base/errors.ts';

/** A toxic as the admin API has it: https://github.com/Shopify/toxiproxy#toxic-fields. */
export interface Toxic {
  readonly name: string;
  readonly type: string;
  readonly stream: 'upstream' | 'downstream';
  readonly toxicity: number;
  readonly attributes: Readonly<Record<string, number>>;
}

export interface SidecarProxy {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
  readonly toxics: readonly Toxic[];
}

export type ProxyBody = Omit<SidecarProxy, 'toxics'>;

/**
 * The part of Toxiproxy's admin API that a pod needs of its sidecar. Not by toxiproxy-node-client: its proxies drop the
 * toxics that came with them, its errors drop what the server said, and its `fetch` costs every service 15 MB.
 */
export class ToxiproxyAdmin {
  readonly #host: string;
  readonly #port: number;

  constructor({ host, port }: { readonly host: string; readonly port: number }) {
    this.#host = host;
    this.#port = port;
  }

  proxies(): Promise<Readonly<Record<string, SidecarProxy>>> {
    return this.#json('GET', '/proxies') as Promise<Record<string, SidecarProxy>>;
  }

  createProxy(body: ProxyBody): Promise<SidecarProxy> {
    return this.#json('POST', '/proxies', body) as Promise<SidecarProxy>;
  }

  updateProxy(body: ProxyBody): Promise<SidecarProxy> {
    return this.#json('POST', `/proxies/${encodeURIComponent(body.name)}`, body) as Promise<SidecarProxy>;
  }

  addToxic(proxy: string, toxic: Toxic): Promise<Toxic> {
    return this.#json('POST', `/proxies/${encodeURIComponent(proxy)}/toxics`, toxic) as Promise<Toxic>;
  }

  /** Rejects with `unavailable` when nobody answers, and `could-not-run` with the server's words when it refuses. */
  #json(method: string, path: string, body?: unknown): Promise<unknown> {
    const where = `${method} http://${this.#host}:${this.#port}${path}`;
    return new Promise((resolve, reject) => {
      const unavailable = (cause: unknown) =>
        reject(new FaultflixError('unavailable', 'the sidecar does not answer', { where, cause }));
      const sent = request({ host: this.#host, port: this.#port, method, path, timeout: 5_000 }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.once('error', unavailable);
        response.once('end', () => {
          const { statusCode = 0 } = response;
          if (statusCode >= 200 && statusCode < 300) return resolve(JSON.parse(text || 'null'));
          const received = `HTTP ${statusCode} ${text.slice(0, 300)}`;
          reject(new FaultflixError('could-not-run', 'the sidecar refused', { where, received }));
        });
      });
      sent.once('timeout', () => sent.destroy(new Error('no byte in 5 s')));
      sent.once('error', unavailable);
      sent.setHeader('content-type', 'application/json');
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
