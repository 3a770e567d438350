import type { Clock } from '#base/clock.ts';
import { Recent } from '../recent.ts';
import type { Allowance } from './plans.ts';

export interface SharedLimitsOptions {
  readonly clock: Clock;
  /** Ids of the region's other gateways that are ready. */
  readonly peers: () => readonly string[];
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/** A peer that said nothing for so long may be letting the same clients in, unseen. */
export const SILENT_AFTER_MS = 2_000;
/** Of fractions of tokens that are added up. */
const ROUNDING = 1e-6;
const CLIENTS = 20_000;
/** Unsaid usage is kept for this many clients a peer. */
const UNSAID = 2_000;

/**
 * Token buckets that the gateways of a region share. Each pod counts by itself and tells the others every half second what
 * it let in, and takes off its own buckets what they let in. Why so, and not counters in the store: a limit protects the
 * platform when it is unwell, and must not need a quorum, nor cost each request a round trip; and a client's requests come
 * to one pod while that is well, so what others say is small. What it costs: for half a second a client that calls all
 * pods at once gets more, at most its burst from each.
 *
 * When the sharing is out each pod limits by its own share: of n gateways that are ready, a pod that hears m - 1 of the
 * others gives away m/n of every allowance. Those who hear each other share their part, so that all parts together never
 * exceed the whole. It is the safe way to fail: a client may get less than its due, never more.
 */
export class SharedLimits {
  readonly #options: SharedLimitsOptions;
  readonly #buckets = new Recent<Bucket>(CLIENTS);
  readonly #heardAtMs = new Map<string, number>();
  readonly #unsaid = new Map<string, Map<string, number>>();

  constructor(options: SharedLimitsOptions) {
    this.#options = options;
  }

  /** One request of a client: 0 when it may come in, else the milliseconds after which one may. */
  take(client: string, allowance: Allowance): number {
    const share = this.share();
    const bucket = this.#bucket(client, allowance, share);
    const lacking = 1 - bucket.tokens;
    if (lacking > ROUNDING) return Math.ceil((lacking / (allowance.perSecond * share)) * 1_000 - ROUNDING);
    bucket.tokens -= 1;
    for (const peer of this.#options.peers()) this.#note(peer, client);
    return 0;
  }

  /** What part of each allowance this pod gives away. */
  share(): number {
    const peers = this.#options.peers();
    const nowMs = this.#options.clock.now();
    const heard = peers.filter((peer) => nowMs - (this.#heardAtMs.get(peer) ?? 0) <= SILENT_AFTER_MS).length;
    return (heard + 1) / (peers.length + 1);
  }

  /** What a peer let in. */
  hear(peer: string, usage: ReadonlyArray<readonly [client: string, requests: number]>): void {
    for (const id of this.#heardAtMs.keys()) if (!this.#options.peers().includes(id)) this.#heardAtMs.delete(id);
    this.#heardAtMs.set(peer, this.#options.clock.now());
    for (const [client, requests] of usage) {
      const bucket = this.#buckets.get(client);
      // Unknown here: full here, so it is noted as that much less than full when it first comes.
      if (bucket === undefined) this.#buckets.set(client, { tokens: -requests, atMs: Number.NaN });
      else bucket.tokens -= requests;
    }
  }

  /** What `peer` was not told yet; it is the caller's to tell it, or to give it back. */
  unsaid(peer: string): ReadonlyArray<readonly [client: string, requests: number]> {
    const usage = [...(this.#unsaid.get(peer) ?? [])];
    this.#unsaid.delete(peer);
    for (const id of this.#unsaid.keys()) if (!this.#options.peers().includes(id)) this.#unsaid.delete(id);
    return usage;
  }

  giveBack(peer: string, usage: ReadonlyArray<readonly [client: string, requests: number]>): void {
    for (const [client, requests] of usage) this.#note(peer, client, requests);
  }

  #note(peer: string, client: string, requests = 1): void {
    let usage = this.#unsaid.get(peer);
    if (usage === undefined) {
      usage = new Map();
      this.#unsaid.set(peer, usage);
    }
    if (usage.size >= UNSAID && !usage.has(client)) return;
    usage.set(client, (usage.get(client) ?? 0) + requests);
  }

  #bucket(client: string, { perSecond, burst }: Allowance, share: number): Bucket {
    const nowMs = this.#options.clock.now();
    const full = Math.max(1, burst * share);
    let bucket = this.#buckets.get(client);
    if (bucket === undefined) {
      bucket = { tokens: full, atMs: nowMs };
      this.#buckets.set(client, bucket);
    } else if (Number.isNaN(bucket.atMs)) {
      bucket.tokens += full;
    } else {
      bucket.tokens += (Math.max(0, nowMs - bucket.atMs) / 1_000) * perSecond * share;
    }
    bucket.atMs = nowMs;
    bucket.tokens = Math.min(full, Math.max(-burst, bucket.tokens));
    return bucket;
  }
}
