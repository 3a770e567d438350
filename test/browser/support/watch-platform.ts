/**
 * What the viewer's page needs of a platform, for tests of the page alone: a router that answers as the gateway's schemas
 * say and refuses when told, and edges with real segments that can be killed. The real platform is test/e2e/viewer-flow.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { FaultflixError } from '#base/errors.ts';
import { contentTypeOf } from '#contracts/media-file.ts';
import { builtPage } from '#dashboards/build/page.ts';
import { serveWatch } from '#dashboards/watch/serve/http.ts';
import { steeringManifest } from '#platform/services/playback/steering.ts';
import { selfSigned } from '#test/support/self-signed.ts';
import { account, bills, plans, rowsFor, titleOf, titles } from './watch-answers.ts';

const dashboard = join(import.meta.dirname, '../../../dashboards/watch');
const media = join(import.meta.dirname, '../../../platform/media/titles/big-buck-bunny');

export interface Asked {
  /** `POST /v1/play` */
  readonly what: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

export interface Refusal {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

const PICTURE = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 3"><circle cx="1" cy="1.5" r="0.6" fill="#888"/></svg>`;

interface Profile {
  readonly id: string;
  readonly name: string;
  readonly maxAge: number;
}

export class WatchPlatform {
  readonly asked: Asked[] = [];
  /** What is refused, by `GET /v1/browse`, until it is taken away. */
  readonly refused = new Map<string, Refusal>();
  profiles: Profile[] = [];
  positions: { titleId: string; positionMs: number; atMs: number }[] = [];
  /** Hosts of the edges in the order that is handed out. */
  edges: string[] = [];
  signIns = 0;
  url = '';
  readonly #edges = new Map<string, Server>();
  readonly #ends: (() => Promise<void>)[] = [];
  #plays = 0;

  static async start(): Promise<WatchPlatform> {
    const platform = new WatchPlatform();
    const certificate = await selfSigned('127.0.0.1');
    const listen = async (answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>) => {
      const server = createServer(certificate, (request, response) => {
        answer(request, response).catch((thrown: unknown) => response.destroy(thrown as Error));
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      platform.#ends.push(() => closed(server));
      return { server, host };
    };
    const router = await listen((request, response) => platform.#route(request, response));
    for (let n = 0; n < 4; n++) {
      const { server, host } = await listen(segment);
      platform.#edges.set(host, server);
      platform.edges.push(host);
    }
    const page = await builtPage({ dashboard, env: process.env, signal: new AbortController().signal });
    const pods = { routers: () => [router.host], isEdge: (edge: string) => platform.#edges.has(edge) };
    const watch = await serveWatch({ page, pods, ca: certificate.cert, home: 'us-east-1', port: 0 });
    platform.#ends.unshift(() => watch.close());
    platform.url = watch.url;
    return platform;
  }

  /** Of whatever was before; edges that were killed stay so. */
  reset(): void {
    this.asked.length = 0;
    this.refused.clear();
    this.positions = [];
    this.profiles = [];
  }

  get lastPlayback(): string {
    return `playback-${this.#plays}`;
  }

  /** It is handed out no more either. */
  async killEdge(host: string): Promise<void> {
    this.edges = this.edges.filter((edge) => edge !== host);
    await closed(this.#edges.get(host)!);
  }

  async end(): Promise<void> {
    for (const end of this.#ends) await end();
  }

  /** Bodies of what was asked so, the latest last. */
  of(what: string): readonly Asked[] {
    return this.asked.filter((asked) => asked.what === what);
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: query } = new URL(request.url!, 'https://router');
    const said = await text(request);
    const what = `${request.method} ${pathname}`;
    const form = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
    const body = said === '' ? {} : form ? Object.fromEntries(new URLSearchParams(said)) : JSON.parse(said);
    this.asked.push({ what, query, headers: request.headers, body });
    const refusal = this.refused.get(what);
    if (refusal) return send(response, refusal.status, refusal.body, refusal.headers);
    const [, version, noun = '', id = '', more] = pathname.split('/');
    if (noun === 'artwork') return void response.writeHead(200, { 'content-type': 'image/svg+xml' }).end(PICTURE);
    if (version === 'oidc') return this.#signIn(noun, query, response);
    const answer = this.#answer(
      `${request.method} ${more === 'similar' ? more : noun}`,
      decodeURIComponent(id),
      query,
      body,
    );
    if (answer === undefined) return send(response, 404, { code: 'not-found', detail: 'no such thing' });
    send(response, 200, answer);
  }

  #signIn(noun: string, query: URLSearchParams, response: ServerResponse): void {
    if (noun === 'token') {
      this.signIns += 1;
      send(response, 200, { access_token: `access-${this.signIns}`, refresh_token: 'refresh', expires_in: 600 });
      return;
    }
    const back = `${query.get('redirect_uri')}?${new URLSearchParams({ code: 'c', state: query.get('state')! })}`;
    response.writeHead(303, { location: back }).end();
  }

  #answer(what: string, id: string, query: URLSearchParams, body: Record<string, unknown>): unknown {
    switch (what) {
      case 'POST session':
        return { playToken: `play-${this.signIns}`, session: 's', region: 'us-east-1', plan: 'free' };
      case 'GET browse':
        return { rows: rowsFor(this.profiles.find((profile) => profile.id === query.get('profile'))?.maxAge ?? 0) };
      case 'GET search':
        return { titles: titles.filter(({ name }) => name.toLowerCase().includes(query.get('q')!.toLowerCase())) };
      case 'GET titles':
        return titleOf(id);
      case 'GET similar':
        return { titles: titles.slice(0, 3) };
      case 'GET positions':
        return { positions: this.positions };
      case 'GET profiles':
        return { profiles: this.profiles };
      case 'POST profiles': {
        const made = { id: `p${this.profiles.length + 1}`, ...(body as { name: string; maxAge: number }) };
        this.profiles = [...this.profiles, made];
        return made;
      }
      case 'DELETE profiles':
        this.profiles = this.profiles.filter((profile) => profile.id !== id);
        return {};
      case 'POST play':
        return this.#play(String(body.titleId));
      case 'GET steering':
        return JSON.parse(
          steeringManifest(
            this.edges.map((host) => `https://${host}`),
            '/v1/steering/p',
          ),
        );
      case 'POST heartbeat':
      case 'POST stop':
        return {};
      case 'GET account':
        return account;
      case 'GET plans':
        return { plans };
      case 'GET bills':
        return { bills };
      default:
        return undefined;
    }
  }

  #play(titleId: string): unknown {
    this.#plays += 1;
    const position = this.positions.find((each) => each.titleId === titleId);
    return {
      ...{ playback: this.lastPlayback, title: titleId, heartbeatMs: 1_000, steering: '/v1/steering/p' },
      edges: this.edges.map((host) => `https://${host}`),
      hls: '/v1/t/signed/big-buck-bunny/master.m3u8',
      dash: '/v1/t/signed/big-buck-bunny/manifest.mpd',
      ...(position ? { resumeMs: position.positionMs } : {}),
    };
  }
}

async function segment({ url }: IncomingMessage, response: ServerResponse): Promise<void> {
  const name = basename(new URL(url!, 'https://edge').pathname);
  const type = contentTypeOf({ media: 'big-buck-bunny', name });
  if (type === undefined) throw new FaultflixError('not-found', 'no such file', { received: name });
  const bytes = await readFile(join(media, name));
  response.writeHead(200, { 'content-type': type, 'content-length': bytes.length }).end(bytes);
}

function send(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-faultflix-region': 'us-east-1', ...headers });
  response.end(JSON.stringify(body));
}

async function closed(server: Server): Promise<void> {
  if (!server.listening) return;
  const done = once(server, 'close');
  server.closeAllConnections();
  server.close();
  await done;
}
