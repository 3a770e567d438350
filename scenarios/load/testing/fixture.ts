import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates } from './certificates.ts';
import type { Reply } from './reply.ts';
import { standIn } from './stand-in.ts';
import type { MoneyStandIn } from './stand-in-money.ts';

/** How a server treats one request; `fail` with a status, `hang` never answers, `truncate` dies in the middle. */
export type Treatment =
  | 'serve'
  | 'reset'
  | 'hang'
  | 'truncate'
  | { readonly fail: number }
  | { readonly afterMs: number };

export type Treat = (request: { readonly method: string; readonly path: string; readonly count: number }) => Treatment;

export interface Node {
  /** `https://127.0.0.x:port`. */
  readonly url: string;
  /** May be replaced at any time. */
  treat: Treat;
  /** `METHOD /path`, in order. */
  readonly seen: string[];
  /** Closes the port and every connection: what is left is a refused connection. */
  kill(): Promise<void>;
}

export interface Fixture {
  readonly routers: readonly Node[];
  readonly edges: readonly Node[];
  readonly caFile: string;
  /** Environment of a viewer that is to use it. */
  readonly env: Record<string, string>;
  close(): Promise<void>;
}

export interface FixtureOptions {
  readonly routers?: number;
  readonly edges?: number;
  readonly heartbeatMs?: number;
  readonly money?: MoneyStandIn;
}

/** A stand-in for the platform over real HTTPS: routers and edges, each its own server on its own loopback address. */
export async function startFixture({
  routers = 1,
  edges = 2,
  heartbeatMs = 1_000,
  money,
}: FixtureOptions = {}): Promise<Fixture> {
  const addresses = Array.from({ length: routers + edges }, (_, index) => `127.0.0.${index + 11}`);
  const certificates = await makeCertificates(addresses);
  const folder = await mkdtemp(join(tmpdir(), 'load-fixture-'));
  const caFile = join(folder, 'ca.crt');
  await writeFile(caFile, certificates.ca);
  const edgeUrls: string[] = [];
  const reply = standIn(edgeUrls, heartbeatMs, money);
  const nodes = await Promise.all(addresses.map((address) => startNode(address, certificates, reply)));
  edgeUrls.push(...nodes.slice(routers).map(({ url }) => url));
  const routerNodes = nodes.slice(0, routers);
  return {
    routers: routerNodes,
    edges: nodes.slice(routers),
    caFile,
    env: { SSL_CERT_FILE: caFile, FAULTFLIX_ROUTERS: routerNodes.map(({ url }) => url).join(',') },
    async close() {
      await Promise.all(nodes.map((node) => node.kill()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Tls {
  readonly cert: string;
  readonly key: string;
}

async function startNode(
  address: string,
  { cert, key }: Tls,
  reply: (request: IncomingMessage, body: string) => Reply,
): Promise<Node> {
  const seen: string[] = [];
  const server = createServer({ cert, key, keepAlive: true }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = request.url ?? '';
    seen.push(`${request.method} ${path}`);
    const treatment = node.treat({ method: request.method ?? '', path, count: seen.length });
    await answer(request, response, { treatment, ...reply(request, Buffer.concat(chunks).toString('utf8')) });
  });
  await new Promise<void>((done) => server.listen(0, address, done));
  const { port } = server.address() as AddressInfo;
  const node: Node = { url: `https://${address}:${port}`, treat: () => 'serve', seen, kill: () => killServer(server) };
  return node;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { treatment, status, type, body, headers }: Reply & { treatment: Treatment },
): Promise<void> {
  if (treatment === 'hang') return;
  if (treatment === 'reset') {
    request.socket.destroy();
    return;
  }
  if (typeof treatment === 'object' && 'afterMs' in treatment) {
    await new Promise((done) => setTimeout(done, treatment.afterMs));
  }
  const failing = typeof treatment === 'object' && 'fail' in treatment ? treatment.fail : undefined;
  const payload = failing === undefined ? body : Buffer.from('{"error":"as told"}');
  response.writeHead(failing ?? status, { ...headers, 'content-type': type, 'content-length': payload.length });
  if (treatment !== 'truncate') {
    response.end(payload);
    return;
  }
  response.write(payload.subarray(0, Math.ceil(payload.length / 2)), () => request.socket.destroy());
}

async function killServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((done) => server.close(() => done()));
  server.closeAllConnections();
  await closed;
}
