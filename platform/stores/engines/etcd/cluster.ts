import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import type { Place } from '#base/names.ts';
import type { Endpoint, Endpoints } from '#kit/context.ts';
import { currentRequest } from '#kit/request-context.ts';
import { EtcdMember, MemberFailure } from './member.ts';
import type { methods } from './protocol.ts';

type Method = (typeof methods)[keyof typeof methods];

export const clusterDefaults = {
  /** Longest a call may take, elections included: an election takes 2.5 to 5 s with the members' own timeout. */
  callMs: 8_000,
  /**
   * One member's share of it: a commit takes a round trip to the leader and one from there to a majority, 0.42 s at the
   * most (us-west-2 and ap-south-1, 220 ms each); what takes far longer is stuck, and another member is asked.
   */
  tryMs: 2_000,
  /** A member that failed is asked after the others for so long. */
  avoidMs: 5_000,
  /** Between two rounds over all members. */
  roundMs: 200,
} as const;

export interface ClusterOptions {
  readonly endpoints: Endpoints;
  readonly place: Place;
  readonly clock: Clock;
}

interface Known {
  readonly member: EtcdMember;
  avoidUntilMs: number;
}

/** The members by the address book of Service `store`, the nearest first, those that just failed last. */
export class EtcdCluster {
  readonly #options: ClusterOptions;
  readonly #known = new Map<string, Known>();
  readonly #unfollow: () => void;
  #closed = false;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.#unfollow = options.endpoints.onChange(() => this.#forget());
  }

  /** For what may be done twice: asks members until one answers. */
  async ask<Answer>(method: Method, request: object): Promise<Answer> {
    return this.#until(
      (member, timeoutMs) => member.call<Answer>(method, request, timeoutMs),
      () => true,
    );
  }

  /** For what may not: asks the next member only when it is certain that nothing was done. */
  async order<Answer>(method: Method, request: object): Promise<Answer> {
    const patient = (member: EtcdMember, _tryMs: number, leftMs: number) =>
      member.call<Answer>(method, request, leftMs);
    return this.#until(patient, ({ untouched }) => untouched);
  }

  /** The member to be asked first, for what goes on for long; say `failed` when it did. */
  first(): { readonly member: EtcdMember; failed(): void } {
    const [known] = this.#inOrder();
    if (known === undefined) throw noMember();
    return { member: known.member, failed: () => this.#avoid(known) };
  }

  close(): void {
    this.#closed = true;
    this.#unfollow();
    for (const { member } of this.#known.values()) member.close();
    this.#known.clear();
  }

  async #until<Answer>(
    attempt: (member: EtcdMember, tryMs: number, leftMs: number) => Promise<Answer>,
    mayGoOn: (failure: MemberFailure) => boolean,
  ): Promise<Answer> {
    const { clock } = this.#options;
    const untilMs = Math.min(clock.now() + clusterDefaults.callMs, currentRequest()?.deadlineAtMs ?? Infinity);
    let last: unknown = noMember();
    for (;;) {
      for (const known of this.#inOrder()) {
        const leftMs = untilMs - clock.now();
        if (leftMs <= 0) throw tooLate(last);
        try {
          const answer = await attempt(known.member, Math.min(leftMs, clusterDefaults.tryMs), leftMs);
          known.avoidUntilMs = 0;
          return answer;
        } catch (thrown) {
          if (!(thrown instanceof MemberFailure) || thrown.code === 'internal') throw thrown;
          this.#avoid(known);
          if (!mayGoOn(thrown)) throw thrown;
          last = thrown;
        }
      }
      if (this.#closed) throw new FaultflixError('unavailable', 'the store is closed', { cause: last });
      if (clock.now() + clusterDefaults.roundMs >= untilMs) throw tooLate(last);
      await clock.sleep(clusterDefaults.roundMs);
    }
  }

  #avoid(known: Known): void {
    known.avoidUntilMs = this.#options.clock.now() + clusterDefaults.avoidMs;
  }

  #inOrder(): readonly Known[] {
    if (this.#closed) return [];
    const { endpoints, place, clock } = this.#options;
    const now = clock.now();
    const all = endpoints.nearest(place).map((endpoint) => this.#knownOf(endpoint));
    const well = all.filter(({ avoidUntilMs }) => avoidUntilMs <= now);
    return [...well, ...all.filter((known) => !well.includes(known))];
  }

  #knownOf(endpoint: Endpoint): Known {
    let known = this.#known.get(endpoint.id);
    if (known === undefined) {
      known = { member: new EtcdMember(endpoint), avoidUntilMs: 0 };
      this.#known.set(endpoint.id, known);
    }
    return known;
  }

  #forget(): void {
    const listed = new Set(this.#options.endpoints.list().map(({ id }) => id));
    for (const [id, { member }] of this.#known) {
      if (listed.has(id)) continue;
      member.close();
      this.#known.delete(id);
    }
  }
}

const noMember = () =>
  new FaultflixError('unavailable', 'no member of the store is known', {
    where: 'store',
    todo: 'is Service store up?',
  });

function tooLate(cause: unknown): FaultflixError {
  return new FaultflixError('unavailable', 'no member of the store answered in time', { where: 'store', cause });
}
