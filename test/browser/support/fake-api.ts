/**
 * A Kubernetes API server for tests of what watches one: lists and watches of Experiments and pods over TLS, and the
 * ways in which a real one goes away.
 */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfSigned } from '#test/support/self-signed.ts';

export type Collection = 'experiments' | 'pods';

interface Object_ {
  readonly metadata: { readonly name: string; readonly uid: string };
}

const paths: Readonly<Record<string, Collection>> = {
  '/apis/faultflix.dev/v1alpha1/namespaces/chaos/experiments': 'experiments',
  '/api/v1/pods': 'pods',
};

export class FakeApi {
  readonly #certificate: { readonly cert: string; readonly key: string };
  readonly #objects: Record<Collection, Map<string, Object_>> = { experiments: new Map(), pods: new Map() };
  readonly #watchers: Record<Collection, Set<ServerResponse>> = { experiments: new Set(), pods: new Set() };
  #server: Server | undefined;
  #port = 0;
  #version = 1;
  /** Answers nothing at all while true: connections are accepted and left hanging. */
  hanging = false;
  /** Answers every list with this status, as a cluster does that does not know the kind or the reader. */
  refusing: { readonly collection: Collection; readonly status: number; readonly reason: string } | undefined;
  /** Every method and path that was asked for. */
  readonly asked: string[] = [];

  private constructor(certificate: { readonly cert: string; readonly key: string }) {
    this.#certificate = certificate;
  }

  static async start(): Promise<FakeApi> {
    const api = new FakeApi(await selfSigned('127.0.0.1'));
    await api.up();
    return api;
  }

  /** Comes up, at the same port as before. */
  async up(): Promise<void> {
    const server = createServer(this.#certificate, (request, response) => {
      const url = new URL(request.url!, 'https://fake');
      this.asked.push(`${request.method} ${url.pathname}`);
      if (!this.hanging) this.#answer(url, response);
    });
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Goes away as if killed. */
  async down(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.closeAllConnections();
    server.close();
    await closed;
  }

  put<T extends Object_>(collection: Collection, object: T): void {
    const known = this.#objects[collection].has(object.metadata.uid);
    this.#version += 1;
    this.#objects[collection].set(object.metadata.uid, object);
    this.#tell(collection, known ? 'MODIFIED' : 'ADDED', object);
  }

  remove(collection: Collection, uid: string): void {
    const object = this.#objects[collection].get(uid);
    if (!object) return;
    this.#version += 1;
    this.#objects[collection].delete(uid);
    this.#tell(collection, 'DELETED', object);
  }

  clear(): void {
    for (const collection of ['experiments', 'pods'] as const) {
      for (const uid of [...this.#objects[collection].keys()]) this.remove(collection, uid);
    }
  }

  /** Writes a kubeconfig for it. */
  async kubeconfig(file: string): Promise<string> {
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'fake',
      contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'reader' } }],
      clusters: [
        {
          name: 'fake',
          cluster: {
            server: `https://127.0.0.1:${this.#port}`,
            'certificate-authority-data': Buffer.from(this.#certificate.cert).toString('base64'),
          },
        },
      ],
      users: [{ name: 'reader', user: { token: 'of-a-test' } }],
    };
    await writeFile(file, JSON.stringify(config));
    return file;
  }

  #answer(url: URL, response: ServerResponse): void {
    const collection = paths[url.pathname];
    if (url.pathname === '/version') {
      response.end(JSON.stringify({ gitVersion: 'v1.37.2' }));
    } else if (!collection) {
      refuse(response, 404, 'NotFound');
    } else if (this.refusing?.collection === collection) {
      refuse(response, this.refusing.status, this.refusing.reason);
    } else if (url.searchParams.has('watch')) {
      response.flushHeaders();
      this.#watchers[collection].add(response);
      response.on('close', () => this.#watchers[collection].delete(response));
    } else {
      const items = [...this.#objects[collection].values()].map((object) => this.#versioned(object));
      response.end(JSON.stringify({ metadata: { resourceVersion: String(this.#version) }, items }));
    }
  }

  #tell(collection: Collection, type: string, object: Object_): void {
    const line = `${JSON.stringify({ type, object: this.#versioned(object) })}\n`;
    for (const watcher of this.#watchers[collection]) watcher.write(line);
  }

  #versioned(object: Object_): Object_ {
    return {
      ...object,
      metadata: { ...object.metadata, resourceVersion: String(this.#version) } as Object_['metadata'],
    };
  }
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  const body = { kind: 'Status', status: 'Failure', reason, message: `the fake says ${reason}`, code: status };
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
