import type { Clock } from '#base/clock.ts';
import { asFaultflixError, FaultflixError, messageOf } from '#base/errors.ts';
import type { Logger } from '../world/log.ts';
import type { PutToxic, WardenPod, WardenToxics } from './api.ts';
import { type FoundToxic, planHealing } from './heal.ts';
import type { NodePod, NodePods } from './pods.ts';
import type { Sidecars } from './sidecar.ts';
import { isFaultToxic, parseToxicName } from './toxic-name.ts';

export interface WardenOptions {
  readonly node: string;
  readonly pods: Pick<NodePods, 'all' | 'find'>;
  readonly sidecars: Sidecars;
  readonly clock: Clock;
  readonly log: Logger;
  readonly leaseMs?: number;
}

/** One lease time: what a run gets with its first toxic, and what a restarted warden grants to runs it does not know. */
export const LEASE_MS = 15_000;
/** The longest that a lease may be asked for at once. */
const MAX_LEASE_MS = 60_000;
/** How often all sidecars are looked at: finds toxics that did not come through this process. */
const LOOK_EVERY_MS = 5_000;
const LONGEST_FAULT_MS = 86_400_000 + 60_000;

/** Adds and removes faults' toxics on its node's pods, and removes what nobody keeps alive. */
export class Warden {
  readonly #options: WardenOptions;
  readonly #leases = new Map<string, number>();
  readonly #graceUntilMs: number;
  readonly #leaseMs: number;
  #known: FoundToxic[] = [];
  #wake: () => void = () => undefined;

  constructor(options: WardenOptions) {
    this.#options = options;
    this.#leaseMs = options.leaseMs ?? LEASE_MS;
    this.#graceUntilMs = options.clock.now() + this.#leaseMs;
  }

  /** Throws `bad-input` for what is not a fault's toxic, `gone` when its time has passed, `not-found` for a pod of another node. */
  async put(toxic: PutToxic): Promise<void> {
    const { clock, sidecars } = this.#options;
    const pod = this.#pod(toxic.podUid);
    const name = parseToxicName(toxic.name);
    const nowMs = clock.now();
    if (!name || name.expiresAtMs !== toxic.expiresAtMs || toxic.expiresAtMs > nowMs + LONGEST_FAULT_MS) {
      throw new FaultflixError('bad-input', 'a toxic of a fault says in its name when it expires', {
        where: 'name',
        expected: `ff.<run>.<fault index>.${toxic.expiresAtMs}[.<stream>], at most a day ahead`,
        received: toxic.name,
      });
    }
    if (toxic.expiresAtMs <= nowMs) {
      throw new FaultflixError('gone', 'the toxic has expired already', { received: toxic.name });
    }
    this.#leases.set(name.run, Math.max(this.#leases.get(name.run) ?? 0, nowMs + this.#leaseMs));
    // Known before it is made: should this process be cut off in between, the loop still looks at it.
    this.#known = [...this.#known, { podUid: pod.uid, proxy: toxic.proxy, name: toxic.name }];
    await sidecars.put(pod.ip, toxic);
    this.#wake();
  }

  /** Idempotent; a pod that is gone took its toxics with it. Only faults' toxics can be removed. */
  async remove({ podUid, proxy, name }: FoundToxic): Promise<void> {
    const { pods, sidecars } = this.#options;
    if (!isFaultToxic(name)) {
      throw new FaultflixError('bad-input', 'not a toxic of a fault', { expected: 'a name with ff.', received: name });
    }
    const pod = pods.find(podUid);
    if (pod) await sidecars.remove(pod.ip, proxy, name);
    this.#known = this.#known.filter(
      (toxic) => toxic.podUid !== podUid || toxic.proxy !== proxy || toxic.name !== name,
    );
  }

  renew(run: string, ttlMs: number): void {
    if (!Number.isFinite(ttlMs) || ttlMs <= 0 || ttlMs > MAX_LEASE_MS) {
      throw new FaultflixError('bad-input', 'no lease of this length', {
        where: 'ttlMs',
        expected: `more than 0, at most ${MAX_LEASE_MS}`,
        received: String(ttlMs),
      });
    }
    this.#leases.set(run, this.#options.clock.now() + ttlMs);
    this.#wake();
  }

  async toxics(podUid?: string): Promise<WardenToxics> {
    const { node, pods } = this.#options;
    const asked = podUid === undefined ? pods.all : [pods.find(podUid)].filter((pod) => pod !== undefined);
    return { node, pods: await Promise.all(asked.map((pod) => this.#look(pod))) };
  }

  /** Heals until the signal aborts: at each toxic's time, and whenever a look at all sidecars finds something. */
  async keep(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    let nextLookMs = 0;
    while (!signal.aborted) {
      try {
        if (clock.now() >= nextLookMs) {
          const before = this.#known;
          const found = (await this.toxics()).pods.flatMap((pod) => faultToxicsOf(pod, before));
          // What was put while the look was under way may not be among what it found.
          this.#known = [...found, ...this.#known.filter((toxic) => !before.includes(toxic))];
          nextLookMs = clock.now() + LOOK_EVERY_MS;
        }
        const nextMs = await this.heal();
        const untilMs = Math.min(nextLookMs, nextMs ?? nextLookMs);
        await this.#pause(Math.max(20, untilMs - clock.now()), signal);
      } catch (error) {
        log.error({ why: messageOf(error) }, 'healing failed; trying again');
        await this.#pause(500, signal);
      }
    }
  }

  /** Removes what is due now; when the next is due. What could not be removed stays known and due. */
  async heal(): Promise<number | undefined> {
    const { clock, log } = this.#options;
    const nowMs = clock.now();
    const plan = planHealing({ toxics: this.#known, leases: this.#leases, nowMs, graceUntilMs: this.#graceUntilMs });
    let failed = false;
    await Promise.all(
      plan.remove.map(async (toxic) => {
        try {
          await this.remove(toxic);
          log.info({ toxic: toxic.name, proxy: toxic.proxy, pod: toxic.podUid }, 'healed an abandoned fault');
        } catch (error) {
          failed = true;
          log.warn({ toxic: toxic.name, why: messageOf(error) }, 'could not heal yet');
        }
      }),
    );
    for (const [run, untilMs] of this.#leases) if (untilMs < nowMs - 600_000) this.#leases.delete(run);
    return failed ? nowMs + 500 : plan.nextMs;
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const either = AbortSignal.any([over.signal, signal]);
    this.#wake = () => over.abort();
    await this.#options.clock.sleep(ms, either).catch(() => undefined);
  }

  async #look(pod: NodePod): Promise<WardenPod> {
    const known = { podUid: pod.uid, namespace: pod.namespace, name: pod.name, podIp: pod.ip };
    try {
      return { ...known, sidecar: 'up', proxies: await this.#options.sidecars.proxies(pod.ip) };
    } catch (error) {
      const { code } = asFaultflixError(error);
      return { ...known, sidecar: code === 'gone' ? 'absent' : 'unknown', proxies: [] };
    }
  }

  #pod(uid: string): NodePod {
    const pod = this.#options.pods.find(uid);
    if (pod) return pod;
    throw new FaultflixError('not-found', 'no such pod on this node', {
      where: this.#options.node,
      expected: 'the uid of a pod of this node that has an address',
      received: uid,
    });
  }
}

/** What a look found; a sidecar that could not be asked keeps what was known of it. */
function faultToxicsOf(pod: WardenPod, known: readonly FoundToxic[]): FoundToxic[] {
  if (pod.sidecar === 'unknown') return known.filter(({ podUid }) => podUid === pod.podUid);
  return pod.proxies.flatMap((proxy) =>
    proxy.toxics
      .filter(({ name }) => isFaultToxic(name))
      .map(({ name }) => ({ podUid: pod.podUid, proxy: proxy.name, name })),
  );
}
