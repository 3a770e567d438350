import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string };
}

interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code: number; readonly message?: string };
}

export interface CollectedSpan
  extends Pick<WireSpan, 'traceId' | 'spanId' | 'parentSpanId' | 'name' | 'kind' | 'status'> {
  readonly startMs: number;
  readonly endMs: number;
  readonly resource: Readonly<Record<string, string | undefined>>;
}

interface Payload {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}

/** Takes traces by OTLP over HTTP in JSON (https://opentelemetry.io/docs/specs/otlp/#otlphttp), and nothing else. */
export class Collector {
  readonly spans: CollectedSpan[] = [];
  headers: IncomingHttpHeaders = {};
  /** Status of its answers. */
  answer = 200;
  readonly #server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    if (request.method !== 'POST' || request.url !== '/v1/traces') return response.writeHead(404).end();
    this.headers = request.headers;
    const body = Buffer.concat(parts);
    const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8');
    if (this.answer === 200) this.spans.push(...spansOf(JSON.parse(text) as Payload));
    response.writeHead(this.answer, { 'content-type': 'application/json' }).end('{}');
  });

  static async start(): Promise<Collector> {
    const collector = new Collector();
    collector.#server.listen(0, '127.0.0.1');
    await once(collector.#server, 'listening');
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

function spansOf({ resourceSpans }: Payload): readonly CollectedSpan[] {
  return resourceSpans.flatMap(({ resource: { attributes }, scopeSpans }) => {
    const resource = Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]));
    const spans = scopeSpans.flatMap((scope) => scope.spans);
    return spans.map(({ startTimeUnixNano, endTimeUnixNano, ...span }) => ({
      ...span,
      resource,
      startMs: Number(BigInt(startTimeUnixNano) / 1_000_000n),
      endMs: Number(BigInt(endTimeUnixNano) / 1_000_000n),
    }));
  });
}
