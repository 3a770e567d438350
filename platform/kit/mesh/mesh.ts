import type { Logger } from 'pino';
import { backoffMs, type Clock } from '#base/clock.ts';
import { FaultflixError, messageOf } from '#base/errors.ts';
import { innerPorts } from '#base/names.ts';
import { seldom } from '../seldom.ts';
import { ensureProxies } from './ensure.ts';
import { type Lifeline, openLifeline } from './lifeline.ts';
import { ToxiproxyAdmin } from './toxiproxy-admin.ts';
import type { WantedProxy } from './wanted.ts';

export interface MeshOptions {
  /** Where the pod can be reached. */
  readonly host: string;
  readonly wanted: readonly WantedProxy[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Told of each change of `stands`. */
  readonly onChange?: (stands: boolean) => void;
  readonly adminPort?: number;
}

const RETRY = { firstMs: 20, maxMs: 500 };

/**
 * Keeps the proxies of the pod's Toxiproxy as they should be until the signal aborts. A sidecar that restarted has
 * forgotten all of them: the lifeline breaks at that moment, and they are made again.
 */
export class Mesh {
  readonly #options: MeshOptions;
  readonly #admin: ToxiproxyAdmin;
  readonly #address: { readonly host: string; readonly port: number };
  readonly #first = Promise.withResolvers<void>();
  #stands = false;
  /** Resolves after the signal has aborted; never rejects. */
  readonly done: Promise<void>;

  constructor(options: MeshOptions) {
    this.#options = options;
    this.#address = { host: options.host, port: options.adminPort ?? innerPorts.toxiproxy };
    this.#admin = new ToxiproxyAdmin(this.#address);
    this.#first.promise.catch(() => undefined);
    this.done = this.#keep();
  }

  /** Resolves when the mesh stands for the first time; rejects with `cancelled` when it is ended before. */
  get standing(): Promise<void> {
    return this.#first.promise;
  }

  /** Whether all proxies are up, as far as is known. */
  get stands(): boolean {
    return this.#stands;
  }

  async #keep(): Promise<void> {
    const { clock, log, signal } = this.#options;
    const tell = seldom(clock);
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.#watchOnce();
        failures = 0;
      } catch (thrown) {
        this.#set(false);
        if (signal.aborted) break;
        const retryInMs = backoffMs(failures++, RETRY);
        log[tell() ? 'warn' : 'debug']({ why: messageOf(thrown), retryInMs }, 'the mesh does not stand');
        await clock.sleep(retryInMs, signal).catch(() => undefined);
      }
    }
    this.#set(false);
    this.#first.reject(new FaultflixError('cancelled', 'ended before the mesh stood'));
  }

  /** Makes the mesh, and resolves when its lifeline broke. */
  async #watchOnce(): Promise<void> {
    const { wanted, log, signal } = this.#options;
    let lifeline: Lifeline | undefined;
    try {
      // First the lifeline, then the proxies: a restart in between breaks it, and so is noticed.
      lifeline = await openLifeline({ ...this.#address, signal });
      const made = await ensureProxies(this.#admin, wanted);
      if (made.length > 0) log.info({ proxies: made.length }, 'mesh made');
      this.#set(true);
      await lifeline.broken;
      // The admin server also closes what is idle: only where proxies are gone has the mesh fallen.
      if (signal.aborted || (await this.#allThere())) return;
      log.warn('the sidecar restarted: making the mesh again');
      this.#set(false);
    } finally {
      lifeline?.close();
    }
  }

  #set(stands: boolean): void {
    if (stands) this.#first.resolve();
    if (stands === this.#stands) return;
    this.#stands = stands;
    this.#options.onChange?.(stands);
  }

  async #allThere(): Promise<boolean> {
    const proxies = await this.#admin.proxies();
    return this.#options.wanted.every(({ name }) => proxies[name]?.enabled);
  }
}
