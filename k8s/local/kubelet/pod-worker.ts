import { messageOf } from '#base/errors.ts';
import type { ImageContext } from '../images.ts';
import { findImage } from '../images.ts';
import { ContainerRunner } from './container-runner.ts';
import type { EventSink } from './events.ts';
import { type Action, decide } from './lifecycle/decide.ts';
import { waitEvents } from './lifecycle/image-events.ts';
import { newRuntime, type PodRuntime } from './lifecycle/runtime.ts';
import { statusOf } from './lifecycle/status.ts';
import * as become from './lifecycle/transitions.ts';
import { log } from './log.ts';
import { PodFolder } from './pod-folder.ts';
import type { PodReporter } from './pod-reporter.ts';
import { PodVolumes, type VolumeDeps } from './pod-volumes.ts';
import type { Reaper } from './process/reaper.ts';
import { NoSandbox, requireRuntime } from './runtime-class.ts';
import { findContainer, nameOf, type Pod } from './types.ts';

export interface WorkerDeps extends VolumeDeps {
  readonly stateDir: string;
  readonly reaper: Reaper;
  readonly images: ImageContext;
  readonly events: EventSink;
  readonly reporter: PodReporter;
  readonly serviceEnv: Readonly<Record<string, string>>;
  readonly now: () => number;
  /** The pod is over and its folder gone. */
  readonly onGone: (worker: PodWorker) => void;
}

export interface WorkerOptions {
  readonly pod: Pod;
  readonly node: string;
  readonly hostIp: string;
  readonly ip: string;
  readonly allocatable: Readonly<Record<string, string>>;
  /** What an earlier kubelet left. */
  readonly saved?: PodRuntime;
}

const ERROR_RETRY_MS = 1_000;

/** Plays one pod: asks `decide` what is to be done, does it, and tells the API. */
export class PodWorker {
  readonly node: string;
  readonly hostIp: string;
  readonly folder: PodFolder;
  readonly volumes: PodVolumes;
  readonly containers: Map<string, ContainerRunner> = new Map();
  pod: Pod;
  runtime: PodRuntime;
  readonly #deps: WorkerDeps;
  #timer: NodeJS.Timeout | undefined;
  #preparing = false;
  #finished = false;
  /** Its node is silent: nothing is decided and nothing told until it is heard again. */
  #silent = false;
  /** The API no longer has the object: nobody is to be told, and the end has no grace. */
  #forgotten = false;
  #saved = '';

  constructor(options: WorkerOptions, deps: WorkerDeps) {
    const { pod, node, hostIp, ip, saved } = options;
    this.#deps = deps;
    this.pod = pod;
    this.node = node;
    this.hostIp = hostIp;
    this.folder = new PodFolder(deps.stateDir, pod.metadata.uid);
    this.folder.create();
    this.runtime = saved ?? newRuntime(pod, { ip, nowMs: deps.now() });
    const context = { pod: () => this.pod, podIp: this.runtime.ip, hostIp, allocatable: options.allocatable };
    this.volumes = new PodVolumes(context, this.folder, deps);
    for (const name of Object.keys(this.runtime.containers)) {
      this.containers.set(name, new ContainerRunner(name, { worker: this, deps, allocatable: options.allocatable }));
    }
  }

  get uid(): string {
    return this.pod.metadata.uid;
  }

  /** Takes over what an earlier kubelet started. */
  adopt(): void {
    for (const runner of this.containers.values()) runner.adopt();
    this.step();
  }

  update(pod: Pod): void {
    const before = this.pod;
    this.pod = pod;
    for (const runner of this.containers.values()) runner.resized(before);
    const shown = ({ metadata }: Pod) => JSON.stringify([metadata.labels, metadata.annotations]);
    if (this.runtime.prepared && shown(before) !== shown(pod)) this.volumes.refresh();
    this.step();
  }

  /** The object is gone from the API: whatever runs dies at once. */
  forget(pod: Pod = this.pod): void {
    this.#forgotten = true;
    const deletionTimestamp = pod.metadata.deletionTimestamp ?? new Date(this.#deps.now()).toISOString();
    this.pod = { ...pod, metadata: { ...pod.metadata, deletionTimestamp, deletionGracePeriodSeconds: 0 } };
    this.step();
  }

  /** Its node falls silent, or is heard again. */
  silence(silent: boolean): void {
    if (this.#silent === silent) return;
    this.#silent = silent;
    if (silent) clearTimeout(this.#timer);
    else this.step();
  }

  get silent(): boolean {
    return this.#silent;
  }

  /** Whether the pod still takes room on its node. */
  get takesRoom(): boolean {
    const { phase } = this.status();
    return !this.#finished && !this.#forgotten && phase !== 'Succeeded' && phase !== 'Failed';
  }

  /** The kubelet ends: this pod is decided upon no more. Its processes are the caller's. */
  abandon(): void {
    this.#finished = true;
    clearTimeout(this.#timer);
    for (const runner of this.containers.values()) runner.close();
    this.volumes.close();
    this.#deps.reporter.forget(this.uid);
  }

  fail(reason: string, message: string): void {
    if (this.runtime.failure) return;
    this.#deps.events.warn(this.pod, { reason, message });
    this.change({ ...this.runtime, failure: { reason, message, atMs: this.#deps.now() } });
  }

  /** A new runtime: decide again. */
  change(runtime: PodRuntime): void {
    this.runtime = runtime;
    this.step();
  }

  /** Decides and acts until there is nothing left to do now. What goes wrong concerns this pod alone: tried again. */
  step(): void {
    try {
      this.#step();
    } catch (thrown) {
      log('pod-error', { pod: nameOf(this.pod), error: thrown instanceof Error ? thrown.stack : String(thrown) });
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.step(), ERROR_RETRY_MS);
    }
  }

  #step(): void {
    if (this.#finished || this.#silent) return;
    clearTimeout(this.#timer);
    for (let round = 0; round < 100; round++) {
      const nowMs = this.#deps.now();
      const hasImage = (reference: string) => findImage(reference, this.#deps.images) !== undefined;
      const { actions, wakeAtMs } = decide(this.pod, this.runtime, { nowMs, hasImage });
      const before = this.runtime;
      for (const action of actions) this.#act(action, nowMs);
      if (this.#finished) return;
      if (this.runtime !== before) continue;
      if (Number.isFinite(wakeAtMs)) {
        this.#timer = setTimeout(() => this.step(), Math.min(2 ** 31 - 1, Math.max(1, wakeAtMs - nowMs)));
      }
      break;
    }
    this.#save();
    this.#report();
  }

  #act(action: Action, nowMs: number): void {
    switch (action.do) {
      case 'prepare':
        void this.#prepare();
        return;
      case 'initialized':
        this.runtime = { ...this.runtime, initialized: true };
        return;
      case 'start':
        this.containers.get(action.container)?.start(nowMs);
        return;
      case 'hold': {
        const { do: _, container: name, ...wait } = action;
        this.runtime = become.held(this.runtime, { name, ...wait, sinceMs: nowMs });
        const image = findContainer(this.pod, name)?.spec.image ?? '';
        for (const { type, ...event } of waitEvents(image, wait)) {
          this.#deps.events[type === 'Normal' ? 'note' : 'warn'](this.pod, { ...event, container: name });
        }
        return;
      }
      case 'stop':
        this.containers.get(action.container)?.stop(action.stopping);
        return;
      case 'signal':
        this.containers.get(action.container)?.kill();
        return;
      case 'fail':
        this.runtime = { ...this.runtime, failure: { reason: action.reason, message: action.message, atMs: nowMs } };
        this.#deps.events.warn(this.pod, { reason: action.reason, message: action.message });
        return;
      case 'end':
        this.runtime = { ...this.runtime, endingSinceMs: nowMs };
        return;
      case 'finish':
        this.#finished = true;
        void this.#finish();
    }
  }

  /** Makes the runtime durable; callers that are about to start a process do it first. */
  save(): void {
    this.#save();
  }

  #save(): void {
    const { namespace, name } = this.pod.metadata;
    const text = JSON.stringify(this.runtime);
    if (text === this.#saved) return;
    this.folder.save({ namespace, name, node: this.node, runtime: this.runtime });
    this.#saved = text;
  }

  async #prepare(): Promise<void> {
    if (this.#preparing) return;
    this.#preparing = true;
    try {
      await requireRuntime(this.#deps.http, this.pod);
      await this.volumes.prepare();
      this.#preparing = false;
      const { trouble: _, ...rest } = this.runtime;
      this.change({ ...rest, prepared: true });
    } catch (thrown) {
      this.#preparing = false;
      const message = messageOf(thrown);
      const fails = (this.runtime.trouble?.fails ?? 0) + 1;
      const retryAtMs = this.#deps.now() + Math.min(10_000, 250 * 2 ** Math.min(fails, 10));
      const reason = thrown instanceof NoSandbox ? thrown.reason : 'FailedMount';
      this.#deps.events.warn(this.pod, { reason, message });
      this.change({ ...this.runtime, trouble: { reason, message, retryAtMs, fails } });
    }
  }

  /** Something that the pod waits for or mounts has changed. */
  refresh(): void {
    if (this.runtime.prepared) this.volumes.refresh();
    if (this.runtime.trouble) {
      this.change({ ...this.runtime, trouble: { ...this.runtime.trouble, retryAtMs: 0 } });
      return;
    }
    const waiting = Object.entries(this.runtime.containers).filter(
      ([, { state }]) => state.at === 'waiting' && state.reason === 'CreateContainerConfigError',
    );
    if (waiting.length === 0) return;
    const containers = { ...this.runtime.containers };
    for (const [name, known] of waiting) {
      containers[name] = { ...known, state: { ...known.state, retryAtMs: 0 } as typeof known.state };
    }
    this.change({ ...this.runtime, containers });
  }

  status(): ReturnType<typeof statusOf> {
    const { pod, runtime, hostIp } = this;
    return statusOf({ pod, runtime, hostIp, nowMs: this.#deps.now() });
  }

  #report(): void {
    if (this.#forgotten) return;
    const status = this.status();
    const conditions = become.noteConditions(this.runtime, status.conditions, this.#deps.now());
    if (conditions !== this.runtime) {
      this.runtime = conditions;
      this.#save();
    }
    this.#deps.reporter.report(this.pod, status);
  }

  async #finish(): Promise<void> {
    clearTimeout(this.#timer);
    for (const runner of this.containers.values()) runner.close();
    this.volumes.close();
    const last = this.status();
    // The folder goes first: whoever sees the object gone may rely on nothing being left.
    try {
      this.folder.remove();
    } catch (thrown) {
      log('folder-not-removed', { pod: nameOf(this.pod), folder: this.folder.path, message: messageOf(thrown) });
    }
    if (!this.#forgotten) await this.#deps.reporter.finish(this.pod, last);
    log('pod-gone', { pod: nameOf(this.pod), uid: this.uid });
    this.#deps.onGone(this);
  }
}
