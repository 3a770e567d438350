/** An HTTPS server that answers as a test tells it, for code that speaks to the Kubernetes API. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { KubeHttp } from '#base/kube/http.ts';
import { selfSigned } from '#test/support/self-signed.ts';

export interface ApiRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
  readonly response: ServerResponse;
}

/** Returns the answer's JSON, undefined for a 404, or writes to `response` itself and returns `'written'`. */
export type Answer = (request: ApiRequest) => unknown;

export interface FakeApi extends AsyncDisposable {
  readonly http: KubeHttp;
  readonly server: string;
  readonly ca: string;
  readonly requests: string[];
}

export async function fakeApi(answer: Answer): Promise<FakeApi> {
  const { cert, key } = await selfSigned('127.0.0.1');
  const requests: string[] = [];
  const listener = createServer({ cert, key }, (request: IncomingMessage, response: ServerResponse) => {
    void text(request).then((body) => {
      const url = new URL(request.url ?? '/', 'https://api');
      const method = request.method ?? 'GET';
      requests.push(`${method} ${url.pathname}`);
      const value = answer({ method, url, body, response });
      if (value === 'written') return;
      response.statusCode = value === undefined ? 404 : 200;
      response.end(JSON.stringify(value ?? { kind: 'Status', reason: 'NotFound', message: 'not found' }));
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const server = `https://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  const http = new KubeHttp({ server, ca: cert });
  return {
    http,
    server,
    ca: cert,
    requests,
    async [Symbol.asyncDispose]() {
      http.close();
      listener.closeAllConnections();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
