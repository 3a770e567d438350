import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { signLeaf } from '../sign-leaf.ts';
import { testAuthorities } from './certificates.ts';

interface Stored {
  readonly metadata: { readonly name: string; readonly resourceVersion: string };
}

/**
 * Lists and watches collections as an API server does, and nothing else: for tests of what the kit makes of them. The
 * list-watch itself is tested against the real one.
 */
export class KubeStub {
  readonly ca: string;
  readonly port: number;
  readonly #collections = new Map<string, Map<string, Stored>>();
  readonly #watches = new Map<string, Set<ServerResponse>>();
  readonly #close: () => Promise<void>;
  #version = 1;

  /** Listens on `host`, where whoever asks reaches it. */
  static async start({ host = '127.0.0.1' }: { readonly host?: string } = {}): Promise<KubeStub> {
    const { root, issuer } = await testAuthorities();
    const leaf = await signLeaf({
      issuerCert: issuer.cert,
      issuerKey: issuer.key,
      commonName: 'stub',
      names: [host],
      nowMs: Date.now(),
    });
    const server = createServer(leaf);
    server.listen(0, host);
    await once(server, 'listening');
    const close = async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    };
    const stub = new KubeStub(root.cert, (server.address() as AddressInfo).port, close);
    server.on('request', (request, response) => stub.#answer(request, response));
    return stub;
  }

  private constructor(ca: string, port: number, close: () => Promise<void>) {
    this.ca = ca;
    this.port = port;
    this.#close = close;
  }

  close(): Promise<void> {
    return this.#close();
  }

  put(path: string, object: { readonly metadata: { readonly name: string } }): void {
    const collection = this.#collection(path);
    const type = collection.has(object.metadata.name) ? 'MODIFIED' : 'ADDED';
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#version) } };
    collection.set(stored.metadata.name, stored);
    this.#tell(path, type, stored);
  }

  delete(path: string, name: string): void {
    const stored = this.#collection(path).get(name);
    if (!stored) return;
    this.#collection(path).delete(name);
    const metadata = { ...stored.metadata, resourceVersion: String(++this.#version) };
    this.#tell(path, 'DELETED', { ...stored, metadata });
  }

  #collection(path: string): Map<string, Stored> {
    const known = this.#collections.get(path) ?? new Map<string, Stored>();
    this.#collections.set(path, known);
    return known;
  }

  #tell(path: string, type: string, object: Stored): void {
    for (const response of this.#watches.get(path) ?? []) response.write(`${JSON.stringify({ type, object })}\n`);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url!, 'https://stub');
    response.setHeader('content-type', 'application/json');
    if (searchParams.get('watch') !== 'true') {
      const items = [...this.#collection(pathname).values()];
      response.end(JSON.stringify({ metadata: { resourceVersion: String(this.#version) }, items }));
      return;
    }
    const watches = this.#watches.get(pathname) ?? new Set();
    this.#watches.set(pathname, watches);
    watches.add(response);
    response.once('close', () => watches.delete(response));
    response.flushHeaders();
    const since = Number(searchParams.get('resourceVersion'));
    for (const object of this.#collection(pathname).values())
      if (Number(object.metadata.resourceVersion) > since)
        response.write(`${JSON.stringify({ type: 'MODIFIED', object })}\n`);
  }
}
