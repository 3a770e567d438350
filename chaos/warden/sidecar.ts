import { Agent, request } from 'node:http';
import { reachable } from '#base/address.ts';
import { FaultflixError } from '#base/errors.ts';
import { innerPorts } from '#base/names.ts';
import type { ToxicView } from '../world/target.ts';
import type { WardenProxy } from './api.ts';

export interface SidecarOptions {
  /** Where a pod's Toxiproxy listens; tests have their own. */
  readonly portOf?: (podIp: string) => { readonly host: string; readonly port: number };
}

/** A sidecar answers within milliseconds; one that does not is asked again at the next look. */
const TIMEOUT_MS = 2_000;

const podAddress = (podIp: string) => ({ host: reachable(podIp), port: innerPorts.toxiproxy });

/** Toxiproxy's admin API, the part that a warden needs: https://github.com/Shopify/toxiproxy#http-api. */
export class Sidecars {
  readonly #addressOf: NonNullable<SidecarOptions['portOf']>;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4, timeout: 10_000 });

  constructor({ portOf = podAddress }: SidecarOptions = {}) {
    this.#addressOf = portOf;
  }

  /** Rejects with `gone` when nothing listens, with `unavailable` when there was no answer in time. */
  async proxies(podIp: string): Promise<readonly WardenProxy[]> {
    const proxies = (await this.#ask(podIp, 'GET', '/proxies')) as Record<string, WardenProxy>;
    return Object.values(proxies)
      .map(({ name, enabled, toxics }) => ({ name, enabled, toxics: toxics ?? [] }))
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  /** Makes the toxic, or brings one of that name up to date. */
  async put(podIp: string, { proxy, name, type, stream, toxicity, attributes }: ToxicView): Promise<void> {
    const path = `/proxies/${encodeURIComponent(proxy)}/toxics`;
    try {
      await this.#ask(podIp, 'POST', path, { name, type, stream, toxicity, attributes });
    } catch (error) {
      if (!(error instanceof FaultflixError && error.code === 'conflict')) throw error;
      await this.#ask(podIp, 'POST', `${path}/${encodeURIComponent(name)}`, { toxicity, attributes });
    }
  }

  /** Idempotent: what is not there, or whose sidecar is gone, is removed. */
  async remove(podIp: string, proxy: string, name: string): Promise<void> {
    try {
      await this.#ask(podIp, 'DELETE', `/proxies/${encodeURIComponent(proxy)}/toxics/${encodeURIComponent(name)}`);
    } catch (error) {
      if (!(error instanceof FaultflixError && (error.code === 'not-found' || error.code === 'gone'))) throw error;
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #ask(podIp: string, method: string, path: string, body?: unknown): Promise<unknown> {
    const { host, port } = this.#addressOf(podIp);
    const where = `${method} http://${host}:${port}${path}`;
    return new Promise((resolve, reject) => {
      const fail = (cause: NodeJS.ErrnoException) => {
        const absent = cause.code === 'ECONNREFUSED' || cause.code === 'EHOSTUNREACH';
        const message = absent ? 'no sidecar listens' : 'the sidecar does not answer';
        reject(new FaultflixError(absent ? 'gone' : 'unavailable', message, { where, cause }));
      };
      const sent = request({ host, port, method, path, agent: this.#agent, timeout: TIMEOUT_MS }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', fail);
        response.once('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const status = response.statusCode ?? 0;
          if (status >= 200 && status < 300) return resolve(text === '' ? null : JSON.parse(text));
          const code = status === 404 ? 'not-found' : status === 409 ? 'conflict' : 'could-not-run';
          reject(
            new FaultflixError(code, 'the sidecar refused', {
              where,
              received: `HTTP ${status} ${text.slice(0, 300)}`,
            }),
          );
        });
      });
      sent.once('timeout', () => sent.destroy(new Error(`no byte in ${TIMEOUT_MS} ms`)));
      sent.once('error', fail);
      sent.setHeader('content-type', 'application/json');
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
