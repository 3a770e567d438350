/** Toxiproxy in a container, and lines through it: a proxy with a server of its own behind it, in this process. */
import { GenericContainer, PullPolicy, type StartedTestContainer, Wait } from 'testcontainers';
import { Toxiproxy, type Proxy as ToxiproxyProxy } from 'toxiproxy-node-client';
import type { Transfer } from '#chaos/world/effects.ts';
import { gatewayOf } from './docker.ts';
import { type Pair, refusedTransfer, type Stream, type TransferOptions, transfer, Upstream } from './transfer.ts';

const ADMIN = 8474;
const FIRST_LISTENER = 20_001;
const HOST_NAME = 'tests.internal';

export interface ToxicBody {
  readonly type: string;
  readonly attributes: Readonly<Record<string, number>>;
  readonly toxicity?: number;
}

export interface StartOptions {
  /** Reference of Toxiproxy's image in Docker. */
  readonly image: string;
  /** How many lines there can be in all: a container's ports are published when it starts. */
  readonly lines: number;
  readonly args?: readonly string[];
}

export class Toxiproxies {
  readonly admin: Toxiproxy;
  readonly host: string;
  readonly #container: StartedTestContainer;
  readonly #serverHost: string;
  readonly #upstreams: Upstream[] = [];
  readonly #lines: number;
  #made = 0;

  private constructor(container: StartedTestContainer, serverHost: string, lines: number) {
    this.#container = container;
    this.#serverHost = serverHost;
    this.#lines = lines;
    this.host = container.getHost();
    this.admin = new Toxiproxy(`http://${this.host}:${container.getMappedPort(ADMIN)}`);
  }

  static async start({ image, lines, args = [] }: StartOptions): Promise<Toxiproxies> {
    const container = await new GenericContainer(image)
      .withPullPolicy(PullPolicy.neverPull())
      .withCommand(['-host', '0.0.0.0', '-port', String(ADMIN), ...args])
      .withExposedPorts(ADMIN, ...Array.from({ length: lines }, (_, index) => FIRST_LISTENER + index))
      .withExtraHosts([{ host: HOST_NAME, ipAddress: 'host-gateway' }])
      .withWaitStrategy(Wait.forHttp('/version', ADMIN))
      .start();
    const serverHost = await gatewayOf(container).catch(async (reason: unknown) => {
      await container.stop();
      throw reason;
    });
    return new Toxiproxies(container, serverHost, lines);
  }

  /** A new proxy, undisturbed; disabled at first where `enabled` says so. */
  async line({ enabled = true }: { enabled?: boolean } = {}): Promise<Line> {
    const index = this.#made++;
    if (index >= this.#lines) throw new Error(`only ${this.#lines} lines were asked for`);
    const upstream = await Upstream.start(this.#serverHost);
    this.#upstreams.push(upstream);
    const listener = FIRST_LISTENER + index;
    const proxy = await this.admin.createProxy({
      name: `line-${index}`,
      listen: `0.0.0.0:${listener}`,
      upstream: `${HOST_NAME}:${upstream.port}`,
      enabled,
    } as Parameters<Toxiproxy['createProxy']>[0]);
    return new Line({ proxy, upstream, host: this.host, port: this.#container.getMappedPort(listener) });
  }

  async stop(): Promise<void> {
    await this.#container.stop();
    await Promise.all(this.#upstreams.map((upstream) => upstream.close()));
  }
}

export class Line {
  readonly proxy: ToxiproxyProxy;
  readonly upstream: Upstream;
  readonly host: string;
  readonly port: number;

  constructor({
    proxy,
    upstream,
    host,
    port,
  }: { proxy: ToxiproxyProxy; upstream: Upstream; host: string; port: number }) {
    this.proxy = proxy;
    this.upstream = upstream;
    this.host = host;
    this.port = port;
  }

  connect(): Promise<Pair | undefined> {
    return this.upstream.pair(this.host, this.port);
  }

  /** A connection that must be had, and has carried a byte each way: it is whole from end to end. */
  async held(): Promise<Pair> {
    const pair = await this.connect();
    if (!pair) throw new Error(`no connection through ${this.proxy.name}`);
    for (const stream of ['upstream', 'downstream'] as const) {
      const { receivedBytes } = await transfer(pair, { stream, bytes: 1, patienceMs: 10_000 });
      if (receivedBytes !== 1) throw new Error(`the connection through ${this.proxy.name} carries nothing ${stream}`);
    }
    return pair;
  }

  /** A transfer over a connection made for it. */
  async fresh(options: TransferOptions): Promise<Transfer> {
    const pair = await this.connect();
    return pair ? transfer(pair, options) : refusedTransfer(options.bytes);
  }

  async poison(stream: Stream, { type, attributes, toxicity = 1 }: ToxicBody) {
    return this.proxy.addToxic({ name: `${type}-${stream}`, type, stream, toxicity, attributes } as Parameters<
      ToxiproxyProxy['addToxic']
    >[0]);
  }
}
