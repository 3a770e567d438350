import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { FaultflixError } from '#base/errors.ts';
import type { SpanRing } from './tracing/spans.ts';

const MOST_SPANS = 500;

export interface OpsServerOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly registry: Registry;
  /** What is not ready yet; empty when all is. */
  readonly waitingFor: () => readonly string[];
  readonly spans?: Pick<SpanRing, 'of' | 'newest'>;
}

export interface OpsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** `/healthz`: the process turns; `/readyz`: it may get traffic; `/metrics`; `/spans?trace=ID` or `?newest=N`. Plain HTTP, never through Toxiproxy. */
export async function opsServer({ host, port, registry, waitingFor, spans }: OpsServerOptions): Promise<OpsServer> {
  const routes: Record<string, (response: ServerResponse, query: URLSearchParams) => void | Promise<void>> = {
    '/healthz': (response) => text(response, 200, 'ok\n'),
    '/readyz': (response) => {
      const waiting = waitingFor();
      text(response, waiting.length === 0 ? 200 : 503, waiting.length === 0 ? 'ok\n' : `${waiting.join('\n')}\n`);
    },
    '/metrics': async (response) => {
      const metrics = await registry.metrics();
      response.setHeader('content-type', registry.contentType);
      response.end(metrics);
    },
    '/spans': (response, query) => {
      const [trace, newest] = [query.get('trace'), Number(query.get('newest') ?? 20)];
      if (trace === null && !(newest >= 1 && newest <= MOST_SPANS))
        return text(response, 400, `trace=ID, or newest=1 to ${MOST_SPANS}\n`);
      const found = trace === null ? spans?.newest(newest) : spans?.of(trace);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ spans: found ?? [] }));
    },
  };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (route === undefined) return text(response, 404, 'there are /healthz, /readyz, /metrics and /spans\n');
    Promise.try(route, response, new URLSearchParams(query)).catch((error: unknown) =>
      text(response, 500, `${error}\n`),
    );
  });
  server.listen(port, host);
  await once(server, 'listening').catch((cause) => {
    throw new FaultflixError('could-not-run', 'the operations port cannot be bound', {
      where: `${host}:${port}`,
      cause,
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function text(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(body);
}
