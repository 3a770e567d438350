import { createServer, type Server } from 'node:http';
import type { Metrics } from './metrics.ts';

export interface OpsOptions {
  readonly metrics: Metrics;
  readonly ready: () => boolean;
}

/** `/healthz`, `/readyz` and `/metrics`. */
export function opsServer({ metrics, ready }: OpsOptions): Server {
  return createServer(async (request, response) => {
    const path = (request.url ?? '').split('?')[0];
    if (path === '/healthz') response.writeHead(200).end('ok\n');
    else if (path === '/readyz') response.writeHead(ready() ? 200 : 503).end(ready() ? 'ok\n' : 'not yet\n');
    else if (path === '/metrics') {
      const text = await metrics.registry.metrics();
      response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(text);
    } else response.writeHead(404).end();
  });
}
