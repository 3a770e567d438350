import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { systemClock } from '#base/clock.ts';
import { seededRng } from '#base/rng.ts';
import type { HttpsClient } from '#kit/context.ts';
import { httpsClient } from '#kit/http/client.ts';
import { HttpsConnection } from '#kit/http/connection.ts';
import { createMetrics } from '#kit/metrics.ts';
import { Callee } from '#kit/pipeline/callee.ts';
import { calleeReporter } from '#kit/pipeline/reporter.ts';
import type { Guards } from '#kit/resilience/guards.ts';
import { testAuthorities } from '#kit/testing/certificates.ts';
import { kill, startFixture } from '#kit/testing/processes.ts';
import { StaticEndpoints } from '#kit/testing/static-endpoints.ts';
import type { Behaviour } from '../behaviour.ts';
import type { Charge } from '../charges.ts';

const FIXTURE = '../../services/card-network/testing/network-process.ts';

/** The real card network in a process of its own, and the kit's client to it, with all its guards. Tests ask by another one. */
export class TestNetwork {
  readonly client: HttpsClient;
  readonly #control: HttpsClient;
  readonly #endpoints = new StaticEndpoints('card-network', []);
  readonly #callees: Callee<HttpsConnection>[] = [];
  readonly #issuer: string;
  readonly #folder: string;
  #child: ChildProcess | undefined;
  #starts = 0;

  static async start(): Promise<TestNetwork> {
    const { root, issuer } = await testAuthorities();
    const folder = await mkdtemp(join(tmpdir(), 'faultflix-card-network-'));
    const network = new TestNetwork({ ca: root.cert, issuer: JSON.stringify(issuer), folder });
    await network.restart();
    return network;
  }

  private constructor({
    ca,
    issuer,
    folder,
  }: { readonly ca: string; readonly issuer: string; readonly folder: string }) {
    this.#issuer = issuer;
    this.#folder = folder;
    this.client = this.#clientOf(ca, { on: () => true });
    this.#control = this.#clientOf(ca, { on: (name) => name !== 'breaker' && name !== 'outlier-ejection' });
  }

  #clientOf(ca: string, guards: Guards): HttpsClient {
    const log = pino({ enabled: false });
    const reporter = calleeReporter({ callee: 'card-network', metrics: createMetrics(), log });
    const callee = new Callee<HttpsConnection>({
      name: 'card-network',
      place: 'us-east-1',
      endpoints: this.#endpoints,
      connect: (endpoint) => new HttpsConnection(endpoint, ca),
      guards,
      clock: systemClock,
      rng: seededRng(1),
      reporter,
    });
    this.#callees.push(callee);
    return httpsClient({ callee, reporter, clock: systemClock });
  }

  get file(): string {
    return join(this.#folder, 'charges.jsonl');
  }

  /** Kills it, if it runs, and starts it again on the same file. */
  async restart(): Promise<void> {
    if (this.#child) await kill(this.#child);
    const env = { ...process.env, ISSUER: this.#issuer };
    const { child, line } = await startFixture(FIXTURE, [this.file], env);
    this.#child = child;
    this.#endpoints.set([{ id: `life-${++this.#starts}`, port: Number(line) }]);
  }

  async behave(mode: Behaviour['mode'], delayMs = 400): Promise<void> {
    await this.ask('PUT', '/v1/behaviour', { body: { mode, delayMs } });
  }

  async charges(reference?: string): Promise<readonly Charge[]> {
    const query = reference === undefined ? 'limit=1000' : `reference=${encodeURIComponent(reference)}`;
    return (await this.ask('GET', `/v1/charges?${query}`)).json.charges as Charge[];
  }

  async ask(method: string, path: string, { body, key }: { readonly body?: unknown; readonly key?: string } = {}) {
    const { status, body: answer } = await this.#control.request({
      ...{ method, path },
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      ...(key === undefined ? {} : { idempotencyKey: key }),
    });
    return { status, json: JSON.parse(answer.toString()) as Record<string, unknown> };
  }

  async stop(): Promise<void> {
    for (const callee of this.#callees) callee.close();
    if (this.#child) await kill(this.#child);
    await rm(this.#folder, { recursive: true, force: true });
  }
}
