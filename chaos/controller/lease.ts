import type { V1Lease, V1MicroTime } from '@kubernetes/client-node';
import type { Clock } from '#base/clock.ts';
import { messageOf } from '#base/errors.ts';
import { type KubeHttp, KubeStatusError } from '#base/kube/http.ts';
import type { HolderRecord } from '../engine/journal.ts';
import type { Logger } from '../world/log.ts';

export interface LeaseOptions {
  readonly http: KubeHttp;
  readonly clock: Clock;
  readonly log: Logger;
  readonly namespace: string;
  readonly name: string;
  /** Of this process: a restarted one is another. */
  readonly identity: string;
  /** Whether a holder is surely dead, being an earlier process of this same container. */
  readonly isPredecessor: (identity: string) => boolean;
}

/**
 * How leadership is passed on, as Kubernetes' own leader election does it: whoever has not seen the Lease change for its
 * duration, by its own clock, may take it. Shorter than the 15 s that are usual there, since faults are running.
 */
const DURATION_MS = 5_000;
const RENEW_EVERY_MS = 1_500;
/** A leader that could not renew for this long stops before another may begin. */
const GIVE_UP_MS = 3_500;

/**
 * Leads while it holds the Lease. `lead` gets the holder record, whose term (the Lease's transitions) grows with each
 * leader and fences the journal, and a signal that aborts when leadership is lost. Resolves when `signal` aborts: the
 * Lease is then given back, so that the successor need not wait.
 */
export async function leadByLease(
  options: LeaseOptions,
  lead: (holder: HolderRecord, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log, identity, isPredecessor } = options;
  const lease = new LeaseObject(options);
  let seen = { version: '', atMs: clock.now() };
  while (!signal.aborted) {
    try {
      const now = await lease.read();
      const version = now?.metadata?.resourceVersion ?? '';
      if (version !== seen.version) seen = { version, atMs: clock.now() };
      const holder = now?.spec?.holderIdentity;
      const free = !holder || holder === identity || isPredecessor(holder);
      if (free || clock.now() - seen.atMs >= DURATION_MS) {
        const term = await lease.take(now);
        log.info({ term }, 'leading');
        await holdWhile(options, lease, (lost) => lead({ identity, term }, lost), signal);
        log.info({ term }, 'no longer leading');
      }
    } catch (error) {
      if (!(error instanceof KubeStatusError && error.status === 409))
        log.warn({ why: messageOf(error) }, 'lease trouble');
    }
    await clock.sleep(RENEW_EVERY_MS, signal).catch(() => undefined);
  }
}

async function holdWhile(
  { clock, log }: LeaseOptions,
  lease: LeaseObject,
  lead: (lost: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const lost = new AbortController();
  const over = AbortSignal.any([signal, lost.signal]);
  const leading = lead(over).finally(() => lost.abort());
  let renewedMs = clock.now();
  while (!over.aborted) {
    await clock.sleep(RENEW_EVERY_MS, over).catch(() => undefined);
    if (over.aborted) break;
    try {
      const leftMs = Math.max(100, renewedMs + GIVE_UP_MS - clock.now());
      await lease.renew(AbortSignal.any([over, AbortSignal.timeout(leftMs)]));
      renewedMs = clock.now();
    } catch (error) {
      const taken = error instanceof KubeStatusError && error.status === 409;
      log.warn({ why: messageOf(error) }, 'could not renew the lease');
      if (taken || clock.now() - renewedMs >= GIVE_UP_MS - RENEW_EVERY_MS) lost.abort();
    }
  }
  try {
    await leading;
  } finally {
    if (signal.aborted)
      await lease.giveBack().catch((error: unknown) => log.warn({ why: messageOf(error) }, 'lease kept'));
  }
}

/** The Lease as this process last wrote it: each write names the version before, so only one can win. */
class LeaseObject {
  readonly #options: LeaseOptions;
  readonly #path: string;
  #mine: V1Lease | undefined;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#path = `/apis/coordination.k8s.io/v1/namespaces/${options.namespace}/leases`;
  }

  async read(): Promise<V1Lease | undefined> {
    try {
      return await this.#options.http.json<V1Lease>({ path: `${this.#path}/${this.#options.name}` });
    } catch (error) {
      if (error instanceof KubeStatusError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** The new term. */
  async take(now: V1Lease | undefined): Promise<number> {
    const { http, name, namespace, identity, clock } = this.#options;
    const term = (now?.spec?.leaseTransitions ?? 0) + 1;
    const time = micro(clock.now());
    const spec = {
      holderIdentity: identity,
      leaseDurationSeconds: DURATION_MS / 1000,
      acquireTime: time,
      renewTime: time,
      leaseTransitions: term,
    };
    this.#mine = now
      ? await http.json({ method: 'PUT', path: `${this.#path}/${name}`, body: { ...now, spec } })
      : await http.json({
          method: 'POST',
          path: this.#path,
          body: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace }, spec },
        });
    return term;
  }

  async renew(signal: AbortSignal): Promise<void> {
    await this.#write({ renewTime: micro(this.#options.clock.now()) }, signal);
  }

  async giveBack(): Promise<void> {
    await this.#write({ holderIdentity: '' }, AbortSignal.timeout(2_000));
  }

  async #write(change: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<void> {
    const { http, name } = this.#options;
    const body = { ...this.#mine, spec: { ...this.#mine?.spec, ...change } };
    this.#mine = await http.json({ method: 'PUT', path: `${this.#path}/${name}`, body, signal });
  }
}

/** MicroTime of the Kubernetes API. */
const micro = (ms: number): V1MicroTime => new Date(ms).toISOString().replace('Z', '000Z') as unknown as V1MicroTime;
