import type { CallFailure } from './call-failure.ts';
import { blamesCallee } from './call-failure.ts';

/**
 * Takes an unwell endpoint out of balancing from what calls to it show, without waiting for anybody else to notice
 * (Kubernetes needs 50 s + 300 s to move a dead node's pods). After Envoy's outlier detection
 * (https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/outlier): 5 errors in a row, the time out
 * grows with each ejection in a row, and at most a share of the endpoints is out, since when most look unwell the fault
 * is more likely ours. Two things differ: a broken connection ejects at once, and an endpoint comes back after a probe
 * has succeeded rather than by time alone.
 */
export interface EjectionOptions {
  /** Errors in a row, each on a connection that stood. */
  readonly consecutiveErrors?: number;
  /** Time out for the first ejection in a row; each further one doubles it. */
  readonly baseMs?: number;
  readonly maxMs?: number;
  /** Of all endpoints of the callee; at least one stays in. Envoy's default is 0.1 of clusters far larger than ours. */
  readonly maxRatio?: number;
}

export const ejectionDefaults = { consecutiveErrors: 5, baseMs: 500, maxMs: 30_000, maxRatio: 0.5 } as const;

/** What is remembered of one endpoint. */
interface Record {
  errorsInRow: number;
  ejectionsInRow: number;
  ejected: boolean;
}

export interface Ejection {
  /** How long until the endpoint is worth a probe. */
  readonly forMs: number;
}

export class OutlierEjection {
  readonly #options: Required<EjectionOptions>;
  readonly #records = new Map<string, Record>();
  #ejected = 0;

  constructor(options: EjectionOptions = {}) {
    this.#options = { ...ejectionDefaults, ...options };
  }

  /** How many endpoints may be out at once, of `known`. */
  allowance(known: number): number {
    return Math.min(Math.floor(known * this.#options.maxRatio), Math.max(0, known - 1));
  }

  get ejectedCount(): number {
    return this.#ejected;
  }

  isEjected(id: string): boolean {
    return this.#records.get(id)?.ejected ?? false;
  }

  /** A call came to an end well. Cheap for an endpoint without blame. */
  succeeded(id: string): void {
    const record = this.#records.get(id);
    if (record === undefined || record.ejected) return;
    this.#records.delete(id);
  }

  /** A call failed; the ejection, when this one was too much and there is room among `known` endpoints. */
  failed(id: string, failure: CallFailure, known: number): Ejection | undefined {
    if (!blamesCallee(failure)) return undefined;
    const record = this.#recordOf(id);
    if (record.ejected) return undefined;
    record.errorsInRow += 1;
    const broken = failure.kind === 'connect' || failure.kind === 'lost';
    if (!broken && record.errorsInRow < this.#options.consecutiveErrors) return undefined;
    if (this.#ejected >= this.allowance(known)) return undefined;
    record.ejected = true;
    this.#ejected += 1;
    return this.#prolong(record);
  }

  /** A probe of an ejected endpoint failed: it stays out, for longer. Undefined when it is not ejected any more. */
  probeFailed(id: string): Ejection | undefined {
    const record = this.#records.get(id);
    return record?.ejected ? this.#prolong(record) : undefined;
  }

  /**
   * Back in, at once: its probe succeeded. How often it was ejected is forgotten by its first success, so that one which
   * answers probes and fails calls stays out for longer each time.
   */
  restore(id: string): void {
    const record = this.#records.get(id);
    if (!record?.ejected) return;
    record.ejected = false;
    record.errorsInRow = 0;
    this.#ejected -= 1;
  }

  /** The endpoint exists no more. */
  forget(id: string): void {
    if (this.isEjected(id)) this.#ejected -= 1;
    this.#records.delete(id);
  }

  #prolong(record: Record): Ejection {
    const forMs = Math.min(this.#options.maxMs, this.#options.baseMs * 2 ** record.ejectionsInRow);
    record.ejectionsInRow += 1;
    return { forMs };
  }

  #recordOf(id: string): Record {
    const known = this.#records.get(id);
    if (known) return known;
    const record: Record = { errorsInRow: 0, ejectionsInRow: 0, ejected: false };
    this.#records.set(id, record);
    return record;
  }
}
