import type { Clock } from '#base/clock.ts';
import type { Engine } from './engine.ts';

export const leaseDefaults = {
  /** A replica that died is followed by another after this. etcd gives none below 1.5 election timeouts: 3.75 s of ours. */
  ttlMs: 6_000,
  renewMs: 2_000,
  /** How often who waits looks whether it is free. */
  lookMs: 1_000,
} as const;

export interface LeaseOptions {
  readonly engine: Pick<Engine, 'get' | 'commit'>;
  readonly clock: Clock;
  readonly key: string;
  /** Unique: a replica's life. */
  readonly owner: string;
}

/** One holder at a time, by a row that expires unless it is renewed. */
export class Lease {
  readonly #options: LeaseOptions;
  #holding: { readonly lost: AbortController; readonly renewing: Promise<void> } | undefined;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /** A signal that aborts when the lease is lost (or `signal` aborts); undefined while another holds it. */
  async take(signal: AbortSignal): Promise<AbortSignal | undefined> {
    const row = await this.#options.engine.get(this.#options.key);
    if (row !== undefined || !(await this.#write(0))) return undefined;
    const lost = new AbortController();
    const held = AbortSignal.any([signal, lost.signal]);
    this.#holding = { lost, renewing: this.#renew(held, lost) };
    return held;
  }

  /** Lets the next one in at once. Never rejects: what cannot be released runs out. */
  async release(): Promise<void> {
    const { engine, key } = this.#options;
    const holding = this.#holding;
    if (holding === undefined) return;
    this.#holding = undefined;
    holding.lost.abort();
    await holding.renewing;
    try {
      const row = await engine.get(key);
      if (row && this.#isMine(row.value))
        await engine.commit({ conditions: [{ key, revision: row.revision }], writes: [{ key, value: null }] });
    } catch {
      // It runs out by itself.
    }
  }

  async #renew(held: AbortSignal, lost: AbortController): Promise<void> {
    const { clock, engine, key } = this.#options;
    let goodUntilMs = clock.now() + leaseDefaults.ttlMs;
    while (!held.aborted) {
      const slept = await clock.sleep(leaseDefaults.renewMs, held).then(
        () => true,
        () => false,
      );
      if (!slept) return;
      const begunMs = clock.now();
      try {
        const row = await engine.get(key);
        if (row === undefined || !this.#isMine(row.value)) return lost.abort();
        if (!(await this.#write(row.revision))) return lost.abort();
        goodUntilMs = begunMs + leaseDefaults.ttlMs;
      } catch {
        // The engine cannot be asked: the lease is ours until it runs out.
        if (clock.now() >= goodUntilMs) return lost.abort();
      }
    }
  }

  #write(revision: number): Promise<boolean> {
    const { engine, key, owner } = this.#options;
    const value = Buffer.from(owner);
    return engine.commit({
      conditions: [{ key, revision }],
      writes: [{ key, value, ttlMs: leaseDefaults.ttlMs }],
    });
  }

  #isMine(value: Uint8Array): boolean {
    return Buffer.from(value).toString() === this.#options.owner;
  }
}
