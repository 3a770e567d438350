import { pino } from 'pino';
import type { Clock } from '#base/clock.ts';
import { type ErrorCode, FaultflixError } from '#base/errors.ts';
import type { BillingDefinition } from '#contracts/generated/faultflix/billing/v1/Billing.ts';
import type { Handlers, HttpsClient, ServerCall } from '#kit/context.ts';
import { createMetrics, type Metrics } from '#kit/metrics.ts';
import { freshContext } from '#kit/propagation.ts';
import { SwitchableGuards } from '#kit/resilience/guards.ts';
import { until } from '#kit/testing/processes.ts';
import type { Found } from '#platform/stores/store.ts';
import { TestNetwork } from '../../card-network/testing/network.ts';
import { CardNetwork } from '../card-network.ts';
import type { Documents } from '../changes.ts';
import { Charging } from '../charging.ts';
import { type Bill, bills, type Charge, charges, type Subscription, subscriptions } from '../collections.ts';
import { Duties } from '../duties.ts';
import { billingHandlers } from '../handlers.ts';
import { sumLedger } from '../ledger-watch.ts';
import { freshStore } from './store.ts';

export const DAY_MS = 86_400_000;
export const startMs = Date.UTC(2026, 0, 31, 12);

/** Thrown by a pod that has crashed, from there on by everything it does. */
export class Crashed extends Error {}

export interface PodOptions {
  /** The step (1 is the first) at which it dies: steps are before and after each request and each commit. */
  readonly crashAt?: number;
  /** Makes its client worse. */
  readonly meddle?: (client: HttpsClient) => HttpsClient;
  readonly timeoutMs?: number;
  /** Switches, as the ConfigMap has them. */
  readonly guards?: Readonly<Record<string, 'on' | 'off'>>;
}

export interface Pod {
  readonly handlers: Handlers<BillingDefinition>;
  readonly duties: Duties;
  readonly metrics: Metrics;
  readonly log: string[];
  /** Steps to the outside that it made: at each it can crash. */
  steps(): number;
}

/** Billing's pods over one store, a clock that a test moves, and the real card network. */
export class World {
  readonly network: TestNetwork;
  nowMs = startMs;
  readonly clock: Clock = { now: () => this.nowMs, sleep: async () => undefined };
  store = freshStore(this.clock);
  #keys = 0;
  /** Accounts of this history begin so: the card network remembers those before it. */
  prefix = 'w0-';
  #histories = 0;

  /** Another history: an empty store, other accounts, the same card network. */
  async fresh(): Promise<void> {
    await this.network.behave('well');
    this.prefix = `w${++this.#histories}-`;
    this.store = freshStore(this.clock);
    this.nowMs = startMs;
  }

  static async start(): Promise<World> {
    return new World(await TestNetwork.start());
  }

  private constructor(network: TestNetwork) {
    this.network = network;
  }

  pod({
    crashAt = Number.POSITIVE_INFINITY,
    meddle = (each) => each,
    timeoutMs = 300,
    guards = {},
  }: PodOptions = {}): Pod {
    const switches = new SwitchableGuards();
    switches.set(guards);
    let steps = 0;
    const step = () => {
      if (++steps >= crashAt) throw new Crashed(`step ${steps}`);
    };
    const around = async <T>(work: () => Promise<T>): Promise<T> => {
      step();
      const result = await work();
      step();
      return result;
    };
    const { store } = this;
    const meddled = meddle(this.network.client);
    const documents: Documents = {
      get: (collection, id) => around(() => store.get(collection, id)),
      list: (collection, query) => around(() => store.list(collection, query)),
      transact: (body) => around(() => store.transact(body)),
    };
    const https: HttpsClient = { request: (request) => around(() => meddled.request(request)) };
    const lines: string[] = [];
    const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
    const metrics = createMetrics();
    const { clock } = this;
    const network = new CardNetwork({ https, log });
    const charging = new Charging({ store: documents, network, clock, metrics, log, guards: switches });
    return {
      handlers: billingHandlers({ store: documents, charging, clock }),
      duties: new Duties({ store: documents, charging, clock, metrics, log, timeoutMs }),
      metrics,
      log: lines,
      steps: () => steps,
    };
  }

  call(key = `key-${++this.#keys}`, timeLeftMs?: number): ServerCall {
    const deadlineAtMs = timeLeftMs === undefined ? undefined : this.nowMs + timeLeftMs;
    const request = { ...freshContext('starting'), deadlineAtMs };
    return { method: 'test', request, idempotencyKey: key, signal: new AbortController().signal };
  }

  async subscribe(
    pod: Pod,
    wish: { account?: string; plan?: string; card?: string; country?: string } = {},
    call = this.call(),
  ) {
    return pod.handlers.subscribe({ account: 'a1', plan: 'basic', country: 'US', card: 'card-good', ...wish }, call);
  }

  /** Time goes on to `untilMs`, day by day, and whatever falls due is done. */
  async pass(pod: Pod, untilMs: number): Promise<void> {
    for (; this.nowMs < untilMs; this.nowMs = Math.min(untilMs, this.nowMs + DAY_MS)) await this.settle(pod);
    await this.settle(pod);
  }

  /** Until nothing is due. */
  async settle(pod: Pod): Promise<void> {
    for (let i = 0; i < 50; i++) if ((await pod.duties.once()) === 0) return;
    throw new Error('there is always something due');
  }

  subscription(account = 'a1'): Promise<Subscription | undefined> {
    return this.store.get(subscriptions, account);
  }

  async bills(): Promise<Bill[]> {
    return values(await this.store.list(bills, { limit: 1_000 }));
  }

  async intents(): Promise<Charge[]> {
    return values(await this.store.list(charges, { limit: 1_000 }));
  }

  async counted(pod: Pod, name: string): Promise<Record<string, number>> {
    const metric = await pod.metrics.registry.getSingleMetric(`faultflix_${name}`)!.get();
    return Object.fromEntries(metric.values.map(({ labels, value }) => [Object.values(labels).join('/'), value]));
  }

  /** Until no charge is open any more, however long breakers stay open; nothing else may fall due meanwhile. */
  async settleAll(pod: Pod): Promise<void> {
    const open = async () => (await this.intents()).some(({ state }) => state === 'intended' || state === 'sent');
    await until(
      async () => {
        this.nowMs += 20_000;
        await pod.duties.once();
        return !(await open());
      },
      'every charge is settled',
      30_000,
    );
  }

  /** What is wrong with the books, held against what the card network did; one sentence each. */
  async wrong(): Promise<readonly string[]> {
    const captured = (await this.network.charges()).filter(({ state }) => state === 'captured');
    const bills = await this.bills();
    const ours = new Set(bills.map(({ id }) => id));
    const wrong = bills.flatMap(({ id, state, amountMinor }) => {
      const of = captured.filter(({ reference }) => reference === id);
      const wanted = state === 'paid' && amountMinor > 0 ? 1 : 0;
      if (of.length !== wanted) return [`bill ${id} is ${state} and was captured ${of.length} times`];
      return of.some((each) => each.amountMinor !== amountMinor) ? [`bill ${id} was charged another amount`] : [];
    });
    const strange = captured.filter(({ reference }) => reference.startsWith(this.prefix) && !ours.has(reference));
    const sums = [...(await sumLedger(this.store))].filter(([, { sumMinor }]) => sumMinor !== 0);
    return [
      ...wrong,
      ...strange.map(({ charge }) => `charge ${charge} belongs to no bill`),
      ...sums.map(([currency, { sumMinor }]) => `the ledger's ${currency} come to ${sumMinor}`),
    ];
  }

  stop(): Promise<void> {
    return this.network.stop();
  }
}

const values = <T>({ items }: { readonly items: readonly Found<T>[] }): T[] => items.map(({ value }) => value);

export const code = (wanted: ErrorCode) => (error: unknown) => error instanceof FaultflixError && error.code === wanted;
