/**
 * This process's own certificate and the roots that it trusts, both of which change while it runs: a new leaf each 12 hours,
 * other roots whenever the mounted Secret has others. Connections that stand live on; those to come use what is current.
 */
import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { messageOf } from '#base/errors.ts';
import type { Metrics } from '../metrics.ts';
import { seldom } from '../seldom.ts';
import { LEAF_LIFE_MS, type Leaf } from '../sign-leaf.ts';
import { podLeaf, readRoot } from '../tls.ts';
import type { Peer } from './peer.ts';

export const certificateDefaults = {
  /** Half a leaf's life: whoever misses one renewal has hours for the next. */
  renewAfterMs: LEAF_LIFE_MS / 2,
  /** How often the Secret is looked at. A kubelet takes a minute to bring a change. */
  lookMs: 10_000,
} as const;

export interface Current {
  readonly leaf: Leaf;
  /** PEM of one root or more. */
  readonly ca: string;
  /** Of both, for connections of TLS 1.3. */
  readonly context: SecureContext;
}

export interface CertificatesOptions extends Peer {
  /** At which the pod is reached. */
  readonly addresses: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly renewAfterMs?: number;
  /** Ends the looking. */
  readonly signal: AbortSignal;
}

export class Certificates {
  readonly #options: CertificatesOptions;
  readonly #listeners = new Set<(current: Current) => void>();
  readonly #tell: () => boolean;
  readonly #renewAfterMs: number;
  #current: Current;
  #renewAtMs: number;
  /** Resolves after the signal aborted. */
  readonly done: Promise<void>;

  /** Rejects with `could-not-run` when the Secret cannot be read. */
  static async start(options: CertificatesOptions): Promise<Certificates> {
    const [leaf, ca] = await Promise.all([signed(options), readRoot(options.env)]);
    return new Certificates(options, together(leaf, ca));
  }

  private constructor(options: CertificatesOptions, first: Current) {
    this.#options = options;
    this.#current = first;
    this.#tell = seldom(options.clock);
    this.#renewAfterMs = options.renewAfterMs ?? certificateDefaults.renewAfterMs;
    this.#renewAtMs = options.clock.now() + this.#renewAfterMs;
    this.done = this.#run();
  }

  get current(): Current {
    return this.#current;
  }

  /** From now on, not at once. */
  onChange(listener: (current: Current) => void): void {
    this.#listeners.add(listener);
  }

  /** Takes up what has changed. What cannot be read or signed now is tried again at the next look. */
  async look(): Promise<void> {
    const { clock, env, log, metrics } = this.#options;
    const renewals = metrics.counter({
      name: 'certificates_renewed_total',
      help: 'Own leaves signed anew, and other roots taken up',
      labels: ['what'],
    });
    const { leaf: old, ca: trusted } = this.#current;
    const ca = await readRoot(env);
    const due = clock.now() >= this.#renewAtMs;
    if (ca === trusted && !due) return;
    // Other roots are trusted at once, and a leaf of their issuer used from the next renewal: by then all trust it.
    const leaf = due ? await signed(this.#options) : old;
    this.#current = together(leaf, ca);
    if (due) this.#renewAtMs = clock.now() + this.#renewAfterMs;
    for (const what of [...(due ? ['leaf'] : []), ...(ca === trusted ? [] : ['roots'])]) {
      renewals.inc({ what });
      log.info({ what }, 'certificates renewed');
    }
    for (const tell of this.#listeners) tell(this.#current);
  }

  async #run(): Promise<void> {
    const { clock, signal, log } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(certificateDefaults.lookMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      await this.look().catch((err: unknown) =>
        log[this.#tell() ? 'error' : 'debug']({ err }, `certificates cannot be renewed: ${messageOf(err)}`),
      );
    }
  }
}

const signed = ({ service, region, addresses, env, clock }: CertificatesOptions): Promise<Leaf> =>
  podLeaf({ service, region, addresses, nowMs: clock.now(), env });

/** Throws where they do not fit or cannot be read: what is current stays so. */
function together(leaf: Leaf, ca: string): Current {
  new X509Certificate(ca); // a context takes any text for a root, and then trusts nobody
  return { leaf, ca, context: createSecureContext({ ...leaf, ca, minVersion: 'TLSv1.3' }) };
}
