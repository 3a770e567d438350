import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { messageOf } from '#base/errors.ts';
import { log } from '../log.ts';
import type { PodWorker } from '../pod-worker.ts';
import { attach } from './attach.ts';
import type { Authority, Caller } from './authority.ts';
import { exec } from './exec.ts';
import { sendLogs } from './logs.ts';
import type { Metrics } from './metrics.ts';
import { nodeRoute } from './node-routes.ts';
import { portForward } from './port-forward.ts';
import { HttpProblem } from './problem.ts';
import { refuseUpgrade } from './remote-command.ts';

export interface ServerOptions {
  readonly key: Buffer;
  readonly cert: Buffer;
  /** All authorities whose client certificates are looked at. */
  readonly ca: readonly Buffer[];
}

/** What the routes need; set once the kubelet is made, since its nodes must know the server's port first. */
export interface Backend {
  readonly authority: Authority;
  readonly metrics: Metrics;
  readonly find: (namespace: string, name: string) => PodWorker | undefined;
  readonly workers: () => Iterable<PodWorker>;
}

const upgradeRoutes: Readonly<Record<string, typeof exec>> = { exec, attach, portForward };

/** The kubelet's own HTTPS server: what the API server asks for on behalf of kubectl. */
export class KubeletServer {
  readonly #server: Server;
  backend: Backend | undefined;

  constructor({ key, cert, ca }: ServerOptions) {
    this.#server = createServer({ key, cert, ca: [...ca], requestCert: true, rejectUnauthorized: false });
    this.#server.on('request', (request, response) => void this.#request(request, response));
    this.#server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head));
    this.#server.on('tlsClientError', (error) => log('tls', { message: error.message }));
  }

  /** Rejects when the address is taken: another cluster has the block. */
  listen(address: { readonly host: string; readonly port: number }): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(address, () => {
        this.#server.removeListener('error', reject);
        resolve();
      });
    });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = new URL(request.url ?? '/', 'https://kubelet');
      const backend = this.#ready();
      const caller = this.#caller(request);
      if (url.pathname.startsWith('/apis/metrics.k8s.io/') || url.pathname === '/apis') {
        if (caller.kind !== 'proxied') throw new HttpProblem(403, 'only through the API server');
        return backend.metrics.answer(url, response);
      }
      const own = nodeRoute(url.pathname, backend.workers);
      if (own !== undefined) return await this.#tell(caller, own, response);
      const [, route, namespace = '', pod = '', ...rest] = url.pathname.split('/').map(decodeURIComponent);
      if (route !== 'containerLogs') throw new HttpProblem(404, `the local kubelet has no ${url.pathname}`);
      const worker = await this.#admit(caller, { namespace, pod, verb: 'get' });
      await sendLogs({ worker, container: rest.at(-1) ?? '', query: url.searchParams, response });
    } catch (thrown) {
      const status = thrown instanceof HttpProblem ? thrown.status : 500;
      if (status === 500) log('request-failed', { url: request.url, message: messageOf(thrown) });
      if (response.headersSent) response.destroy();
      else response.writeHead(status, { 'content-type': 'text/plain' }).end(messageOf(thrown));
    }
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    try {
      const url = new URL(request.url ?? '/', 'https://kubelet');
      this.#ready();
      const caller = this.#caller(request);
      const [, route, namespace = '', pod = '', ...rest] = url.pathname.split('/').map(decodeURIComponent);
      const verb = request.method === 'POST' ? 'create' : 'get';
      const call = { container: rest.at(-1) ?? '', query: url.searchParams, request, socket, head };
      const serve = upgradeRoutes[route ?? ''];
      if (!serve) throw new HttpProblem(404, `the local kubelet has no ${route}`);
      await serve({ worker: await this.#admit(caller, { namespace, pod, verb }), ...call });
    } catch (thrown) {
      refuseUpgrade(socket, thrown instanceof HttpProblem ? thrown.status : 500, messageOf(thrown));
    }
  }

  async #tell(caller: Caller, body: object | string, response: ServerResponse): Promise<void> {
    const what = { verb: 'get', node: '', subresource: 'proxy' };
    if (caller.kind !== 'user' || !(await this.#ready().authority.allows(caller, what)))
      throw new HttpProblem(403, 'Forbidden');
    const text = typeof body === 'string';
    response.writeHead(200, { 'content-type': text ? 'text/plain' : 'application/json' });
    response.end(text ? body : JSON.stringify(body));
  }

  #ready(): Backend {
    if (!this.backend) throw new HttpProblem(503, 'the kubelet is starting');
    return this.backend;
  }

  #caller(request: IncomingMessage): Caller {
    const caller = this.#ready().authority.caller(request.socket as TLSSocket);
    if (!caller) throw new HttpProblem(401, 'Unauthorized');
    return caller;
  }

  async #admit(
    caller: Caller,
    { namespace, pod, verb }: { readonly namespace: string; readonly pod: string; readonly verb: string },
  ): Promise<PodWorker> {
    const { authority, find } = this.#ready();
    const worker = find(namespace, pod);
    const what = { verb, node: worker?.node ?? '', subresource: 'proxy' };
    if (caller.kind !== 'user' || !(await authority.allows(caller, what))) throw new HttpProblem(403, 'Forbidden');
    if (!worker) throw new HttpProblem(404, `pod "${pod}" not found`);
    return worker;
  }
}
