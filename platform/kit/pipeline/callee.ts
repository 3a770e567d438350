import type { Clock } from '#base/clock.ts';
import { distanceMs, type Place, type Region } from '#base/names.ts';
import type { Rng } from '#base/rng.ts';
import type { Endpoint, Endpoints } from '../context.ts';
import { currentRequest } from '../request-context.ts';
import { Breaker, isOpenBreaker, openBreakerFailure } from '../resilience/breaker.ts';
import { Bulkhead, bulkheadDefaults } from '../resilience/bulkhead.ts';
import { asCallFailure, CallFailure } from '../resilience/call-failure.ts';
import { attemptDeadlineAtMs, callDeadlineAtMs } from '../resilience/deadline.ts';
import type { Guards } from '../resilience/guards.ts';
import { type HedgeDelay, hedged } from '../resilience/hedging.ts';
import type { EjectionOptions } from '../resilience/outlier-ejection.ts';
import { mayTryAgain, retryDefaults, retryDelayMs } from '../resilience/retries.ts';
import { RetryBudget } from '../resilience/retry-budget.ts';
import type { Connect, Connection } from './connection.ts';
import { EndpointPool, type Member } from './pool.ts';
import type { CalleeReporter, MethodReporter } from './reporter.ts';

export interface CalleeOptions<C extends Connection> {
  /** The Kubernetes Service's name. */
  readonly name: string;
  /** Where the caller is. */
  readonly place: Place;
  readonly endpoints: Endpoints;
  readonly connect: Connect<C>;
  readonly guards: Guards;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly reporter: CalleeReporter;
  readonly ejection?: EjectionOptions;
  readonly bulkhead?: { readonly maxOutstanding: number };
}

export interface PipelineCall {
  readonly reporter: MethodReporter;
  /** Idempotent by its contract, or with an idempotency key. */
  readonly repeatable: boolean;
  readonly timeoutMs?: number | undefined;
  readonly prefer?: Region | undefined;
  readonly stickyKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Of a read that may be out twice: when a second one is sent. */
  readonly hedge?: HedgeDelay | undefined;
}

/** When an attempt must be over. Both are undefined while guard `deadline` is off. */
export interface AttemptDeadline {
  /** Here. */
  readonly atMs: number | undefined;
  /** What the callee is told: earlier by the way there and back, so that its answer arrives in time. */
  readonly thereAtMs: number | undefined;
}

/** One attempt on one endpoint, given up when the signal aborts. Rejects with a `CallFailure`. */
export type Attempt<C extends Connection, R> = (
  connection: C,
  deadline: AttemptDeadline,
  signal: AbortSignal | undefined,
) => Promise<R>;

/** A call on its way. */
interface Trying<C extends Connection, R> {
  readonly call: PipelineCall;
  readonly attempt: Attempt<C, R>;
  readonly startedMs: number;
  readonly deadlineAtMs: number | undefined;
  /** Of the attempt that is made; 0 is the first. */
  readonly number: number;
  readonly tried: ReadonlySet<Member<C>> | undefined;
  readonly last: CallFailure | undefined;
  /** Told of every endpoint that is asked. */
  readonly onAsked?: ((member: Member<C>) => void) | undefined;
}

interface FailedAttempt<C extends Connection> {
  readonly member: Member<C>;
  readonly failure: CallFailure;
}

/**
 * A service as its callers know it. A call goes through the guards in this order: bulkhead, deadline, retry budget, region
 * preference and ejection and power of two choices (who is asked), breaker (whether), and round again when it may be
 * tried again. A read that takes its time is on its way twice (hedging).
 */
export class Callee<C extends Connection> {
  readonly pool: EndpointPool<C>;
  readonly #options: CalleeOptions<C>;
  readonly #budget = new RetryBudget();
  readonly #bulkhead: Bulkhead;
  readonly #breakers = new Map<Place, Breaker>();

  constructor(options: CalleeOptions<C>) {
    this.#options = options;
    const { endpoints, connect, clock, rng, reporter, ejection, bulkhead = bulkheadDefaults } = options;
    this.#bulkhead = new Bulkhead(bulkhead);
    this.pool = new EndpointPool({
      endpoints,
      connect,
      clock,
      rng,
      ...reporter.pool,
      ...(ejection ? { ejection } : {}),
    });
  }

  /** Rejects with a `CallFailure`: that of the last attempt, or the pipeline's own when none could be made. */
  call<R>(call: PipelineCall, attempt: Attempt<C, R>): Promise<R> {
    const { guards, clock } = this.#options;
    const startedMs = clock.now();
    if (this.#bulkhead.full && guards.on('bulkhead')) return this.#reject(call, startedMs, this.#full());
    let deadlineAtMs: number | undefined;
    if (guards.on('deadline')) {
      const callerDeadlineAtMs = currentRequest()?.deadlineAtMs;
      deadlineAtMs = callDeadlineAtMs({ nowMs: startedMs, timeoutMs: call.timeoutMs, callerDeadlineAtMs });
      if (deadlineAtMs <= startedMs) return this.#reject(call, startedMs, this.#nothingLeft());
    }
    this.#budget.deposit(startedMs);
    const first = { call, attempt, startedMs, deadlineAtMs, number: 0, tried: undefined, last: undefined };
    if (this.pool.size === 0) return this.#firstList(deadlineAtMs).then(() => this.#try(first, clock.now()));
    const { hedge } = call;
    if (hedge && hedge.delayMs < Number.POSITIVE_INFINITY && guards.on('hedging')) return this.#twice(first, hedge);
    return this.#try(first, startedMs);
  }

  /** Two legs of one call: what the second one learns when the first one wins is nobody's failure. */
  #twice<R>(state: Trying<C, R>, { delayMs }: HedgeDelay): Promise<R> {
    const { clock, guards } = this.#options;
    const { call } = state;
    const asked = new Set<Member<C>>();
    const leg = (tried: ReadonlySet<Member<C>> | undefined) => (lost: AbortSignal) => {
      const signal = call.signal ? AbortSignal.any([call.signal, lost]) : lost;
      const { reporter } = call;
      const failed: MethodReporter['failed'] = (failure, ms) => void (lost.aborted || reporter.failed(failure, ms));
      const told: MethodReporter = {
        succeeded: (region, ms) => void (lost.aborted || reporter.succeeded(region, ms)),
        failed,
        retried: (failure) => reporter.retried(failure),
        overBudget: () => reporter.overBudget(),
        hedged: () => undefined,
      };
      const onAsked = (member: Member<C>) => void asked.add(member);
      return this.#try({ ...state, call: { ...call, reporter: told, signal }, tried, onAsked }, clock.now());
    };
    return hedged({
      afterMs: delayMs,
      clock,
      first: leg(undefined),
      second: (lost) => leg(new Set(asked))(lost),
      may: () => this.pool.size > asked.size && (!guards.on('retry-budget') || this.#budget.withdraw(clock.now())),
      onHedge: () => call.reporter.hedged(),
    });
  }

  /** One attempt, and by `#failed` those that follow it. Promises are chained by hand: this is every call's path. */
  #try<R>(state: Trying<C, R>, nowMs: number): Promise<R> {
    const { call, attempt, startedMs, deadlineAtMs, number, tried, last, onAsked } = state;
    const { guards, clock, place } = this.#options;
    const member = this.#pick(call, nowMs, tried);
    if (member === undefined) return this.#reject(call, startedMs, last ?? this.#nobody());
    const mayRepeat = call.repeatable && number + 1 < retryDefaults.maxAttempts && guards.on('retries');
    const attemptAtMs =
      deadlineAtMs && attemptDeadlineAtMs(nowMs, deadlineAtMs, mayRepeat && this.pool.size > (tried?.size ?? 0) + 1);
    member.load.outstanding += 1;
    this.#bulkhead.enter();
    onAsked?.(member);
    const awayMs = distanceMs(place, member.endpoint.region);
    const deadline = { atMs: attemptAtMs, thereAtMs: attemptAtMs === undefined ? undefined : attemptAtMs - awayMs };
    return this.#through(member, () => attempt(member.connection, deadline, call.signal)).then(
      (answer) => {
        const endMs = clock.now();
        member.load.outstanding -= 1;
        this.#bulkhead.leave();
        member.load.observe(endMs - nowMs, endMs);
        call.hedge?.observe(endMs - nowMs);
        this.pool.succeeded(member);
        call.reporter.succeeded(member.endpoint.region, endMs - startedMs);
        return answer;
      },
      (thrown: unknown) => {
        member.load.outstanding -= 1;
        this.#bulkhead.leave();
        // Only when every other breaker is open too was it asked: there is nowhere else to go.
        if (isOpenBreaker(thrown)) return this.#reject(call, startedMs, last ?? this.#open(member, thrown));
        return this.#failed(state, { member, failure: this.#judge(member, thrown, nowMs) });
      },
    );
  }

  async #failed<R>(state: Trying<C, R>, { member, failure }: FailedAttempt<C>): Promise<R> {
    const { call, startedMs } = state;
    if (!(await this.#mayGoOn(state, failure))) return this.#reject(call, startedMs, failure);
    call.reporter.retried(failure);
    const tried = new Set(state.tried).add(member);
    return this.#try({ ...state, number: state.number + 1, tried, last: failure }, this.#options.clock.now());
  }

  /** State for metrics and tests. */
  breakerOf(region: Place): Breaker {
    let breaker = this.#breakers.get(region);
    if (breaker === undefined) {
      const { name, reporter } = this.#options;
      breaker = new Breaker({ name: `${name}/${region}`, onChange: (state) => reporter.breaker(region, state) });
      this.#breakers.set(region, breaker);
    }
    return breaker;
  }

  close(): void {
    this.pool.close();
    for (const breaker of this.#breakers.values()) breaker.shutdown();
  }

  #through<R>(member: Member<C>, attempt: () => Promise<R>): Promise<R> {
    if (!this.#options.guards.on('breaker')) return attempt();
    return this.breakerOf(member.endpoint.region).fire(attempt);
  }

  /** Never one that this call was at before; regions whose breaker is open are passed over. */
  #pick(call: PipelineCall, nowMs: number, tried: ReadonlySet<Member<C>> | undefined): Member<C> | undefined {
    const { guards, place } = this.#options;
    const options = {
      nowMs,
      preferred: call.prefer ?? place,
      mayLeave: guards.on('region-preference'),
      heedEjection: guards.on('outlier-ejection'),
      stickyKey: call.stickyKey,
    };
    const picked = this.pool.pick(tried ? { ...options, not: (member) => tried.has(member) } : options);
    if (picked === undefined || !guards.on('breaker') || this.breakerOf(picked.endpoint.region).lets) return picked;
    const shut = ({ endpoint }: Member<C>) => !this.breakerOf(endpoint.region).lets;
    return this.pool.pick({ ...options, not: (member) => shut(member) || (tried?.has(member) ?? false) }) ?? picked;
  }

  #judge(member: Member<C>, thrown: unknown, attemptStartedMs: number): CallFailure {
    const failure = asCallFailure(thrown);
    const nowMs = this.#options.clock.now();
    // Also of one that was given up (a hedge that lost): it was at least as slow as that.
    if (failure.kind === 'timeout' || failure.kind === 'cancelled')
      member.load.observe(nowMs - attemptStartedMs, nowMs);
    if (this.#options.guards.on('outlier-ejection')) this.pool.failed(member, failure);
    return failure;
  }

  async #mayGoOn<R>({ call, number, deadlineAtMs }: Trying<C, R>, last: CallFailure): Promise<boolean> {
    const { guards, clock, rng } = this.#options;
    if (!guards.on('retries') || number + 1 >= retryDefaults.maxAttempts || call.signal?.aborted) return false;
    if (!mayTryAgain(last, call.repeatable)) return false;
    const delayMs = retryDelayMs(number + 1, rng.next());
    const nowMs = clock.now();
    if (deadlineAtMs !== undefined && nowMs + delayMs >= deadlineAtMs) return false;
    if (guards.on('retry-budget') && !this.#budget.withdraw(nowMs)) {
      call.reporter.overBudget();
      return false;
    }
    if (delayMs > 0) await clock.sleep(delayMs, call.signal).catch(() => undefined);
    return true;
  }

  /** At the start of a process the first list may still be on its way. */
  async #firstList(deadlineAtMs: number | undefined): Promise<void> {
    const { clock, endpoints } = this.#options;
    if (deadlineAtMs === undefined) return endpoints.known;
    const late = new AbortController();
    await Promise.race([endpoints.known, clock.sleep(deadlineAtMs - clock.now(), late.signal).catch(() => undefined)]);
    late.abort();
  }

  #reject(call: PipelineCall, startedMs: number, failure: CallFailure): Promise<never> {
    call.reporter.failed(failure, this.#options.clock.now() - startedMs);
    return Promise.reject(failure);
  }

  #open(member: Member<C>, thrown: unknown): CallFailure {
    return openBreakerFailure(`${this.#options.name}/${member.endpoint.region}`, thrown);
  }

  #full(): CallFailure {
    const { name } = this.#options;
    return new CallFailure(`${this.#bulkhead.outstanding} calls to ${name} are out already`, {
      kind: 'connect',
      code: 'guard-refused',
      where: name,
      todo: `wait: ${name} is slow, and its callers wait for it no more than so many at a time`,
    });
  }

  #nothingLeft(): CallFailure {
    const { name } = this.#options;
    return new CallFailure(`no time left to call ${name}`, { kind: 'timeout', code: 'deadline-exceeded', where: name });
  }

  #nobody(): CallFailure {
    const { name, endpoints } = this.#options;
    const where = (endpoint: Endpoint) => `${endpoint.region}/${endpoint.host}:${endpoint.port}`;
    return new CallFailure(`no endpoint of ${name} can be asked`, {
      kind: 'connect',
      code: 'unavailable',
      expected: `a ready pod of Service ${name}`,
      received: endpoints.list().map(where).join(', ') || 'none',
    });
  }
}
