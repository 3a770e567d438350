import { FaultflixError } from '#base/errors.ts';
import type { Experiment } from '#chaos/engine/experiment.ts';
import type { ExperimentStatus, MarkRecord } from '#chaos/engine/journal.ts';
import type { RunnerPorts } from '#chaos/engine/ports.ts';
import type { Candidate } from '#chaos/monkey/select.ts';
import type { Snapshot, Target, ToxicView } from '#chaos/world/target.ts';
import type { FakeTime } from './fake-clock.ts';

interface FakePod extends Target {
  readonly readyAtMs: number;
}

/** What was done to the world, by whom, and what the durable journal held at that moment. */
export interface Injection {
  readonly mark: string;
  readonly incarnation: number;
  readonly journalled: boolean;
}

/**
 * A cluster, its wardens, its journal and its viewers in memory: what stays when a controller is killed. Every call of a
 * port is a step; an incarnation of the controller is killed at one of them, before or after it had its effect.
 */
export class FakeCluster {
  readonly injections: Injection[] = [];
  readonly toxics = new Map<string, ToxicView[]>();
  readonly experiment: Experiment;
  readonly #time: FakeTime;
  readonly #pods = new Map<string, FakePod>();
  readonly #lines: { readonly atMs: number; readonly text: string }[] = [];
  #stored: { status: ExperimentStatus | undefined; version: number };
  #jobFromMs: number | undefined;
  #jobUntilMs = Number.POSITIVE_INFINITY;
  #uids = 0;
  /** Known bad: the journal says that it has written before it has. */
  writesBehind = false;
  /** Known bad: the pod was dying before the kill. */
  dying = false;
  /** What viewers see, other than good figures. */
  figures: (atMs: number) => object = () => ({});
  /** From when on the viewers say nothing more. */
  silentFromMs = Number.POSITIVE_INFINITY;
  /** Toxics that are removed stay where they are, though the warden says otherwise. */
  sticky = false;
  /** A killed pod's successor is Ready after this long. */
  readyAfterMs = 800;
  optedIn = true;

  constructor(experiment: Experiment, time: FakeTime) {
    this.experiment = experiment;
    this.#time = time;
    this.#stored = { status: undefined, version: 1 };
    for (const service of ['playback', 'catalog']) for (let n = 0; n < 2; n++) this.#addPod(service, 0);
  }

  get status(): ExperimentStatus | undefined {
    return this.#stored.status;
  }

  get faultToxics(): ToxicView[] {
    return [...this.toxics.values()].flat().filter(({ name }) => name.startsWith('ff.'));
  }

  ports(incarnation: Incarnation): RunnerPorts {
    const { call } = incarnation;
    const clock = this.#time.clock(() => incarnation.alive);
    return {
      clock,
      journal: {
        read: () =>
          call('journal.read', () => ({ status: this.#stored.status, version: String(this.#stored.version) })),
        write: (status, version) => call('journal.write', () => this.#write(status, version)),
      },
      cluster: {
        candidates: ({ service }) => call('candidates', () => this.#candidates(service)),
        budgets: () => call('budgets', () => []),
        settle: (candidate) => call('settle', () => this.#pods.get(candidate.uid) ?? { no: 'gone' }),
        snapshot: (target, timed) => call('snapshot', () => this.#snapshot(target, timed)),
        readyAgain: async (target, { count, except, signal }) => {
          while (this.#ready(target.service, except) < count) await clock.sleep(50, signal);
        },
        release: () => undefined,
      },
      leases: { renew: () => call('renew', () => undefined) },
      load: {
        start: ({ adopt }) =>
          call('load.start', () => {
            if (this.#jobFromMs === undefined && adopt) throw new FaultflixError('not-found', 'no viewers');
            this.#jobFromMs ??= this.#time.nowMs;
            return { job: 'load' };
          }),
        pod: async () => 'load-pod',
        lines: (_pod, signal) => this.#follow(incarnation, signal),
        stop: () =>
          call('load.stop', () => {
            this.#jobUntilMs = Math.min(this.#jobUntilMs, this.#time.nowMs);
          }),
      },
      auditor: {
        check: () =>
          call('audit', () => ({
            verdict: 'ok' as const,
            lost: 0,
            acknowledged: 10,
            continued: 10,
            undecided: 0,
            why: '',
            examples: [],
          })),
      },
      claims: {
        settle: () => call('claims', () => ({})),
      },
      world: (run, mark) => this.#world(run, mark, incarnation),
    };
  }

  #world(run: string, record: MarkRecord, incarnation: Incarnation): ReturnType<RunnerPorts['world']> {
    const { call } = incarnation;
    const injected = () => {
      const held = this.#stored.status?.marks.find(({ id }) => id === record.id)?.state;
      // One injection may take several calls (a toxic a listener): they count once an incarnation.
      const known = this.injections.some((one) => one.mark === record.id && one.incarnation === incarnation.number);
      if (!known) {
        this.injections.push({ mark: record.id, incarnation: incarnation.number, journalled: held === 'journalled' });
      }
    };
    return {
      clock: this.#time.clock(() => incarnation.alive),
      before: record.before!,
      lease: { run, step: record.step, expiresAtMs: record.expiresAtMs },
      pods: {
        kill: (pod) =>
          call('kill', () => {
            injected();
            const { service } = this.#pods.get(pod.uid) ?? {};
            if (!service) throw new FaultflixError('not-found', 'no such pod');
            this.#pods.delete(pod.uid);
            this.#addPod(service, this.#time.nowMs + this.readyAfterMs);
          }),
        gone: (pod) => call('gone', () => !this.#pods.has(pod.uid)),
      },
      toxics: {
        put: (target, { proxy, name, type, stream, toxicity, attributes }) =>
          call('toxic.put', () => {
            injected();
            const others = (this.toxics.get(target.uid) ?? []).filter((t) => t.proxy !== proxy || t.name !== name);
            this.toxics.set(target.uid, [...others, { proxy, name, type, stream, toxicity, attributes }]);
          }),
        list: (target) => call('toxic.list', () => this.toxics.get(target.uid) ?? []),
        remove: (target, { proxy, name }) =>
          call('toxic.remove', () => {
            if (this.sticky) return;
            const left = (this.toxics.get(target.uid) ?? []).filter((t) => t.proxy !== proxy || t.name !== name);
            this.toxics.set(target.uid, left);
          }),
      },
      callers: {
        roundTrip: (target, listener) =>
          call('round-trip', () => ({ freshMs: this.#roundTripMs(target.uid, listener) })),
        severed: (target) => call('severed', () => !this.#pods.has(target.uid)),
      },
      companies: {
        behave: () => call('behave', () => undefined),
        tryCharge: () => call('try-charge', () => ({ answer: '201', tookMs: 1, made: true })),
      },
    };
  }

  #write(status: ExperimentStatus, version: string): string {
    if (version !== String(this.#stored.version)) throw new FaultflixError('conflict', 'stale');
    const next = { status: structuredClone(status), version: this.#stored.version + 1 };
    if (this.writesBehind) this.#stored = { status: this.#stored.status, version: next.version };
    else this.#stored = next;
    return String(next.version);
  }

  #candidates(service: string): Candidate[] {
    return [...this.#pods.values()]
      .filter((pod) => pod.service === service)
      .map(({ namespace, name, uid }) => ({
        namespace,
        name,
        uid,
        labels: this.optedIn ? { 'faultflix.dev/chaos': 'enabled' } : {},
        annotations: {},
        dying: false,
      }));
  }

  #snapshot(target: Target, timed: readonly string[]): Snapshot {
    const exists = this.#pods.has(target.uid);
    return {
      atMs: this.#time.nowMs,
      exists,
      dying: this.dying,
      ready: exists,
      resourceVersion: '1',
      labels: {},
      listeners: exists ? ['grpc-from-us-east-1', 'grpc-from-us-west-2'] : [],
      toxics: this.toxics.get(target.uid) ?? [],
      roundTripsMs: exists ? Object.fromEntries(timed.map((name) => [name, this.#roundTripMs(target.uid, name)])) : {},
      readyPods: this.#ready(target.service),
    };
  }

  #roundTripMs(uid: string, listener: string): number {
    const toxics = (this.toxics.get(uid) ?? []).filter(({ proxy }) => proxy === listener);
    return 1 + toxics.reduce((sum, { attributes }) => sum + Number(attributes.latency), 0);
  }

  #ready(service: string, except?: string): number {
    return [...this.#pods.values()].filter(
      (pod) => pod.service === service && pod.uid !== except && pod.readyAtMs <= this.#time.nowMs,
    ).length;
  }

  #addPod(service: string, readyAtMs: number): void {
    const uid = `uid-${this.#uids++}`;
    const place = { namespace: 'us-east-1', region: 'us-east-1', node: 'us-east-1a-1', ip: '10.0.0.1' };
    this.#pods.set(uid, { ...place, uid, service, name: `${service}-${uid}`, readyAtMs });
  }

  /** Good figures, ten times a second from the Job's start until it is stopped. */
  async *#follow(incarnation: Incarnation, signal: AbortSignal): AsyncGenerator<string> {
    const clock = this.#time.clock(() => incarnation.alive);
    const fromMs = this.#jobFromMs!;
    yield JSON.stringify({
      type: 'start',
      driver: 'embedded',
      driverVersion: '1',
      script: 'viewer.ts',
      startedAtMs: fromMs,
      seed: 1,
      vus: 10,
    });
    for (let atMs = fromMs; atMs < this.#jobUntilMs; atMs += 100) {
      const waitMs = atMs + 100 - this.#time.nowMs;
      if (waitMs > 0) await clock.sleep(waitMs, signal);
      if (atMs >= this.silentFromMs) await clock.sleep(Number.MAX_SAFE_INTEGER, signal);
      yield this.#bucket(atMs);
    }
    yield JSON.stringify({ type: 'end', atMs: this.#jobUntilMs, exitCode: 0 });
  }

  #bucket(atMs: number): string {
    const known = this.#lines.find((line) => line.atMs === atMs);
    if (known) return known.text;
    const text = JSON.stringify({
      type: 'bucket',
      atMs,
      spanMs: 100,
      requests: { segment: { ok: 40, failed: 0 } },
      errors: {},
      retried: {},
      latencyMs: {},
      starts: { ok: 5, failed: 0 },
      startupDelayMs: [[120, 5]],
      playingMs: 10_000,
      rebufferMs: 0,
      viewers: 10,
      lagMs: 1,
      ...this.figures(atMs),
    });
    this.#lines.push({ atMs, text });
    return text;
  }
}

/** One process of the controller, killed at its step `killAt`: before or after the step had its effect. */
export class Incarnation {
  readonly number: number;
  readonly steps: string[] = [];
  alive = true;
  readonly #killAt: number;
  readonly #after: boolean;

  constructor(number: number, killAt = Number.POSITIVE_INFINITY, after = false) {
    this.number = number;
    this.#killAt = killAt;
    this.#after = after;
  }

  /** Does a step, unless the process is dead: then nothing ever answers. */
  readonly call = async <T>(name: string, does: () => T): Promise<T> => {
    if (!this.alive) return new Promise<T>(() => undefined);
    this.steps.push(name);
    const last = this.steps.length === this.#killAt;
    if (last && !this.#after) return this.#die();
    const result = does();
    if (last) return this.#die();
    await undefined;
    return this.alive ? result : new Promise<T>(() => undefined);
  };

  #die(): Promise<never> {
    this.alive = false;
    return new Promise<never>(() => undefined);
  }
}
