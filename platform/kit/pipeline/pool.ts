import type { Clock } from '#base/clock.ts';
import { messageOf } from '#base/errors.ts';
import { type Place, places } from '#base/names.ts';
import type { Rng } from '#base/rng.ts';
import type { Endpoint, Endpoints } from '../context.ts';
import type { CallFailure } from '../resilience/call-failure.ts';
import { Load } from '../resilience/load.ts';
import { type Ejection, type EjectionOptions, OutlierEjection } from '../resilience/outlier-ejection.ts';
import { pickByKey, pickOfTwo } from '../resilience/power-of-two.ts';
import { type RegionGroup, tiersOf } from '../resilience/region-preference.ts';
import type { Connect, Connection } from './connection.ts';

/** An endpoint as the balancer sees it. */
export interface Member<C extends Connection> {
  readonly id: string;
  readonly endpoint: Endpoint;
  readonly connection: C;
  readonly load: Load;
  /** Aborts when the endpoint is gone. */
  readonly gone: AbortController;
}

export interface PoolEvents {
  readonly onEjected?: (endpoint: Endpoint, ejection: Ejection, why: CallFailure) => void;
  readonly onRestored?: (endpoint: Endpoint) => void;
  readonly onProbeFailed?: (endpoint: Endpoint, ejection: Ejection, why: string) => void;
}

export interface PoolOptions<C extends Connection> extends PoolEvents {
  readonly endpoints: Endpoints;
  readonly connect: Connect<C>;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly ejection?: EjectionOptions;
}

export interface PickOptions<C extends Connection> {
  readonly nowMs: number;
  readonly preferred: Place;
  /** Guard `region-preference`. */
  readonly mayLeave: boolean;
  /** Guard `outlier-ejection`. */
  readonly heedEjection: boolean;
  readonly stickyKey?: string | undefined;
  readonly not?: ((member: Member<C>) => boolean) | undefined;
}

type Tiers<C extends Connection> = readonly (readonly Member<C>[])[];

const PROBE_TIMEOUT_MS = 1_000;
/** Makes a member without a connection dearer than any with one, but still comparable. */
const NOT_READY_COST = 1e12;

/** The endpoints of one callee: connections, loads and who is ejected. Knows nothing of calls. */
export class EndpointPool<C extends Connection> {
  readonly #options: PoolOptions<C>;
  readonly #ejection: OutlierEjection;
  readonly #members = new Map<string, Member<C>>();
  /** By place, leaving and heeding; emptied whenever members or ejections change. */
  #tiers: (Tiers<C> | undefined)[] = [];
  readonly #stop: () => void;

  constructor(options: PoolOptions<C>) {
    this.#options = options;
    this.#ejection = new OutlierEjection(options.ejection);
    this.#stop = options.endpoints.onChange(() => this.#sync());
    this.#sync();
  }

  get size(): number {
    return this.#members.size;
  }

  get ejectedCount(): number {
    return this.#ejection.ejectedCount;
  }

  pick(options: PickOptions<C>): Member<C> | undefined {
    const { not, stickyKey, nowMs } = options;
    for (const tier of this.#tiersFor(options)) {
      const candidates = not === undefined ? tier : tier.filter((member) => !not(member));
      const picked =
        stickyKey === undefined
          ? pickOfTwo(candidates, (member) => costOf(member, nowMs), this.#options.rng)
          : pickByKey(candidates, stickyKey);
      if (picked) return picked;
    }
    return undefined;
  }

  succeeded(member: Member<C>): void {
    this.#ejection.succeeded(member.id);
  }

  failed(member: Member<C>, failure: CallFailure): void {
    if (!this.#members.has(member.id)) return;
    const ejection = this.#ejection.failed(member.id, failure, this.#members.size);
    if (ejection === undefined) return;
    this.#tiers = [];
    this.#options.onEjected?.(member.endpoint, ejection, failure);
    void this.#returnAfter(member, ejection);
  }

  close(): void {
    this.#stop();
    for (const member of [...this.#members.values()]) this.#remove(member);
  }

  #sync(): void {
    const listed = this.#options.endpoints.list();
    const ids = new Set(listed.map(({ id }) => id));
    for (const member of [...this.#members.values()]) if (!ids.has(member.id)) this.#remove(member);
    for (const endpoint of listed) {
      if (this.#members.has(endpoint.id)) continue;
      const connection = this.#options.connect(endpoint);
      const { id } = endpoint;
      this.#members.set(id, { id, endpoint, connection, load: new Load(), gone: new AbortController() });
    }
    this.#tiers = [];
  }

  #remove(member: Member<C>): void {
    this.#members.delete(member.id);
    this.#ejection.forget(member.id);
    member.gone.abort();
    member.connection.retire();
    this.#tiers = [];
  }

  /** Sits the ejection out, probes, and lets the endpoint in again or sits on. */
  async #returnAfter(member: Member<C>, first: Ejection): Promise<void> {
    const { clock, onProbeFailed, onRestored } = this.#options;
    const { signal } = member.gone;
    let ejection: Ejection | undefined = first;
    while (ejection !== undefined && !signal.aborted) {
      try {
        await clock.sleep(ejection.forMs, signal);
        await member.connection.probe(AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)]));
        this.#ejection.restore(member.id);
        this.#tiers = [];
        onRestored?.(member.endpoint);
        return;
      } catch (why) {
        if (signal.aborted) return;
        ejection = this.#ejection.probeFailed(member.id);
        if (ejection) onProbeFailed?.(member.endpoint, ejection, messageOf(why));
      }
    }
  }

  #tiersFor({ preferred, mayLeave, heedEjection }: PickOptions<C>): Tiers<C> {
    const slot = places.indexOf(preferred) * 4 + (mayLeave ? 2 : 0) + (heedEjection ? 1 : 0);
    let tiers = this.#tiers[slot];
    if (tiers === undefined) {
      tiers = this.#makeTiers(preferred, mayLeave, heedEjection);
      this.#tiers[slot] = tiers;
    }
    return tiers;
  }

  #makeTiers(preferred: Place, mayLeave: boolean, heedEjection: boolean): Tiers<C> {
    const groups = (heed: boolean): RegionGroup<Member<C>>[] =>
      [...Map.groupBy(this.#members.values(), ({ endpoint }) => endpoint.region)].map(([region, members]) => ({
        region,
        known: members.length,
        well: heed ? members.filter(({ id }) => !this.#ejection.isEjected(id)) : members,
      }));
    const tiers = tiersOf(groups(heedEjection), { preferred, mayLeave });
    // Nobody well where one may look: better a try than none (Envoy's panic threshold).
    return tiers.length > 0 ? tiers : tiersOf(groups(false), { preferred, mayLeave });
  }
}

function costOf<C extends Connection>(member: Member<C>, nowMs: number): number {
  const cost = member.load.cost(nowMs);
  return member.connection.ready ? cost : cost + NOT_READY_COST;
}
