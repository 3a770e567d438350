import { mkdtempSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { Agent, type Dispatcher, request } from 'undici';
import { systemClock } from '#base/clock.ts';
import type { Place, Region } from '#base/names.ts';
import { seededRng } from '#base/rng.ts';
import { signedFolder } from '#contracts/signed-path.ts';
import { Admission } from '#kit/admission.ts';
import { Callees } from '#kit/callees.ts';
import { type HttpsServer, httpsServer } from '#kit/http/server.ts';
import { createMetrics, type Metrics } from '#kit/metrics.ts';
import { SwitchableGuards } from '#kit/resilience/guards.ts';
import { StaticEndpoints } from '#kit/testing/static-endpoints.ts';
import { selfSigned } from '#test/support/self-signed.ts';
import { edge } from '../edge.ts';
import type { Media } from '../media.ts';

export const key = Buffer.alloc(32, 3);
const quiet = pino({ enabled: false });

/** A clock that stands where it is put, so that files grow old when a test says so; its sleeps never end by themselves. */
export class TestClock {
  offMs = 0;
  now = () => Date.now() + this.offMs;
  sleep = (ms: number, signal?: AbortSignal): Promise<void> => systemClock.sleep(ms, signal);
}

export interface RunningEdge {
  readonly id: string;
  readonly base: string;
  readonly region: Region;
  readonly folder: string;
  readonly media: Media;
  readonly metrics: Metrics;
  readonly server: HttpsServer;
  /** The value of a metric, 0 when there is none. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  /** Its connections are cut and its port is closed, as when its process dies. */
  kill(): Promise<void>;
}

/** Edges and an origin behind the kit's real HTTPS servers on loopback, found through lists as EndpointSlices give them. */
export class World {
  readonly clock = new TestClock();
  readonly titles: string;
  readonly edges = new StaticEndpoints('edge', []);
  readonly origins = new StaticEndpoints('origin', []);
  readonly #leaf: { cert: string; key: string };
  readonly #t: TestContext;
  readonly #agent: Agent;
  readonly #running: RunningEdge[] = [];

  static async start(t: TestContext): Promise<World> {
    const titles = await mkdtemp(join(tmpdir(), 'faultflix-titles-'));
    t.after(() => rm(titles, { recursive: true }));
    return new World(t, titles, await selfSigned('127.0.0.1'));
  }

  private constructor(t: TestContext, titles: string, leaf: { cert: string; key: string }) {
    this.titles = titles;
    this.#t = t;
    this.#leaf = leaf;
    this.#agent = new Agent({ connect: { ca: leaf.cert } });
    t.after(() => this.#agent.destroy());
  }

  async write(media: string, name: string, content: Buffer | string): Promise<void> {
    await mkdir(join(this.titles, media), { recursive: true });
    await writeFile(join(this.titles, media, name), content);
  }

  /** `routes` of an origin, on a port of its own. */
  async origin(routes: (app: FastifyInstance) => void, region: Region = 'us-east-1'): Promise<HttpsServer> {
    const server = await this.#serve('origin', routes);
    this.origins.set([{ id: `origin@127.0.0.1:${server.port}`, port: server.port, region }]);
    return server;
  }

  async edge(
    id: string,
    { region = 'us-east-1' as Region, folder = '', fillWindow = 'never' } = {},
  ): Promise<RunningEdge> {
    const metrics = createMetrics();
    const kept = folder || mkdtempSync(join(tmpdir(), 'faultflix-edge-'));
    if (folder === '') this.#t.after(() => rm(kept, { recursive: true }));
    const ending = new AbortController();
    const { clock } = this;
    const identity = { service: 'edge', region: region as Place, pod: id, podUid: id, podIp: '127.0.0.1', node: 'n' };
    const lists = { edge: this.edges, origin: this.origins } as const;
    const endpoints = (service: string) => lists[service as 'edge'];
    const ca = () => this.#leaf.cert;
    const callees = new Callees({
      ...{
        identity,
        metrics,
        log: quiet,
        guards: new SwitchableGuards(),
        clock: systemClock,
        rng: seededRng(1),
        trust: ca(),
      },
      directory: { endpoints } as never,
    });
    const closing: (() => unknown)[] = [];
    let media: Media | undefined;
    const server = await this.#serve('edge', (app) => {
      media = edge(app, {
        ...{ identity, metrics, clock, log: quiet, key, trust: ca, endpoints, folder: kept, ending: ending.signal },
        env: { FAULTFLIX_FILL_WINDOW: fillWindow },
        https: (service) => callees.https(service),
        onShutdown: (close) => closing.push(close),
      });
    });
    const end = async () => {
      ending.abort();
      for (const close of closing.splice(0)) await close();
      callees.close();
      await server.close(0);
    };
    this.#t.after(end);
    const running: RunningEdge = {
      ...{ id, region, folder: kept, metrics, server, media: media!, base: `https://127.0.0.1:${server.port}` },
      metric: async (name, labels = {}) => {
        const found = (await metrics.registry.getSingleMetric(`faultflix_${name}`)?.get())?.values ?? [];
        const fits = found.filter((value) =>
          Object.entries(labels).every(
            ([label, wanted]) => (value.labels as Record<string, unknown>)[label] === wanted,
          ),
        );
        return fits.reduce((sum, { value }) => sum + value, 0);
      },
      kill: end,
    };
    this.#running.push(running);
    this.edges.set(
      this.#running.map((each) => ({
        id: `${each.id}@127.0.0.1:${each.server.port}`,
        port: each.server.port,
        region: each.region,
      })),
    );
    return running;
  }

  /** What a viewer with a signed path gets. */
  get(edge: RunningEdge, media: string, name: string, options: GetOptions = {}): Promise<Dispatcher.ResponseData> {
    const folder = signedFolder(
      { session: options.session ?? 's', media, expiresAtMs: this.clock.now() + 600_000, ...options.sign },
      key,
    );
    return this.raw(edge, `${folder}/${name}`, options);
  }

  raw(
    edge: RunningEdge,
    path: string,
    { headers = {}, method = 'GET' }: GetOptions = {},
  ): Promise<Dispatcher.ResponseData> {
    return request(`${edge.base}${path}`, { dispatcher: this.#agent, headers, method: method as 'GET' });
  }

  ca = (): string => this.#leaf.cert;

  async #serve(service: string, routes: (app: FastifyInstance) => void): Promise<HttpsServer> {
    const metrics = createMetrics();
    const server = await httpsServer({
      ...{ service, host: '127.0.0.1', port: 0, leaf: this.#leaf, routes, clock: systemClock, log: quiet },
      admission: new Admission({ guards: new SwitchableGuards(), clock: systemClock, metrics }),
      seam: { before: () => undefined },
    });
    this.#t.after(() => server.close(0));
    return server;
  }
}

export interface GetOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly session?: string;
  readonly sign?: { readonly maxHeightPx?: number; readonly expiresAtMs?: number };
}

export const bytesOf = async (answer: Dispatcher.ResponseData): Promise<Buffer> =>
  Buffer.from(await answer.body.arrayBuffer());

/** Metrics offer no event: looked at until they say so, for at most 30 s. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + 30_000;
  while (!(await isSo())) {
    if (Date.now() > deadlineMs) throw new Error('it did not come to be within 30 s');
    await new Promise(setImmediate);
  }
}
