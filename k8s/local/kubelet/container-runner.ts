import { closeSync, mkdirSync } from 'node:fs';
import { messageOf } from '#base/errors.ts';
import { type Plan, planOf } from './container-plan.ts';
import type { Stopping } from './lifecycle/runtime.ts';
import * as become from './lifecycle/transitions.ts';
import { log } from './log.ts';
import { lastWords } from './logs/last-words.ts';
import { LogClock } from './logs/log-clock.ts';
import type { Launched } from './pod-folder.ts';
import type { PodWorker, WorkerDeps } from './pod-worker.ts';
import { runCommand } from './probes/check.ts';
import { ContainerProbes } from './probes/container-probes.ts';
import { runHook } from './probes/hook.ts';
import { CannotCreate } from './process/cannot-create.ts';
import { MARKER } from './process/census.ts';
import { ContainerInput } from './process/container-input.ts';
import { ContainerProcess, type Ended, logFileOf } from './process/container-process.ts';
import { whyNot } from './process/program.ts';
import { type Container, findContainer, type Pod } from './types.ts';

interface Options {
  readonly worker: PodWorker;
  readonly deps: WorkerDeps;
  readonly allocatable: Readonly<Record<string, string>>;
}

/** Starts, watches and stops the instances of one container. */
export class ContainerRunner {
  readonly name: string;
  readonly #worker: PodWorker;
  readonly #deps: WorkerDeps;
  process: ContainerProcess | undefined;
  /** What the running instance was started with; exec gets the same. */
  launched: Launched | undefined;
  /** When the running instance wrote what. */
  logClock: LogClock | undefined;
  /** Of a running instance that has one. */
  input: ContainerInput | undefined;
  #probes: ContainerProbes | undefined;
  /** The instance that was killed for its memory. */
  #outOfMemory: ContainerProcess | undefined;

  constructor(name: string, { worker, deps }: Options) {
    this.name = name;
    this.#worker = worker;
    this.#deps = deps;
  }

  get spec(): Container {
    return findContainer(this.#worker.pod, this.name)!.spec;
  }

  get attempt(): number {
    return this.#worker.runtime.containers[this.name]!.restarts;
  }

  get id(): string {
    return `${this.#worker.uid}/${this.name}/${this.attempt}`;
  }

  attemptFolder(attempt = this.attempt): string {
    return this.#worker.folder.attempt(this.name, attempt);
  }

  start(nowMs: number): void {
    const worker = this.#worker;
    const { spec } = this;
    let launch: Plan;
    try {
      launch = planOf(spec, worker, this.#deps);
    } catch (thrown) {
      const message = messageOf(thrown);
      this.#deps.events.warn(worker.pod, { reason: 'Failed', message: `Error: ${message}`, container: this.name });
      const wait = {
        reason: thrown instanceof CannotCreate ? 'CreateContainerError' : 'CreateContainerConfigError',
        message,
        retryAtMs: nowMs + 10_000,
        sinceMs: nowMs,
        fails: 1,
      };
      worker.runtime = become.held(worker.runtime, { name: this.name, ...wait });
      return;
    }
    worker.runtime = become.starting(worker.runtime, { name: this.name, nowMs });
    const problem = whyNot(launch);
    if (problem) {
      const message = `failed to create containerd task: ${problem}`;
      this.#deps.events.warn(worker.pod, { reason: 'Failed', message: `Error: ${message}`, container: this.name });
      worker.runtime = become.exited(
        worker.runtime,
        this.name,
        become.startError({ message, nowMs, attempt: this.attempt }),
      );
      return;
    }
    // The intent is on disk before the process is: a kubelet that dies in between finds it by its marker.
    worker.save();
    const folder = this.attemptFolder();
    const { env, cwd, as } = launch;
    const argv = [...as, ...launch.argv];
    const stdin = this.#openInput(folder);
    this.process = ContainerProcess.start({ id: this.id, folder, argv, env, cwd, ...stdin }, this.#deps.reaper);
    if (stdin) closeSync(stdin.stdin);
    this.launched = { env: { ...env, [MARKER]: this.id }, cwd, as };
    worker.folder.saveLaunch(this.name, this.attempt, this.launched);
    if (this.attempt > 1) worker.folder.forgetOld(this.name, this.attempt);
    worker.runtime = become.started(worker.runtime, { spec, pid: this.process.pid });
    const tell = (reason: string, message: string) =>
      this.#deps.events.note(worker.pod, { reason, message, container: this.name });
    tell('Pulled', `Container image "${spec.image}" already present on machine`);
    tell('Created', `Container created: ${this.name}`);
    tell('Started', `Container started: ${this.name}`);
    this.#attend(this.process);
    if (spec.lifecycle?.postStart) void this.#postStart(this.process);
    else this.#probe();
  }

  #openInput(folder: string): { readonly stdin: number } | undefined {
    const { stdin, stdinOnce = false } = this.spec;
    if (!stdin) return undefined;
    mkdirSync(folder, { recursive: true });
    const { input, descriptor } = ContainerInput.make(folder, stdinOnce);
    this.input = input;
    return { stdin: descriptor };
  }

  /** Takes over the instance that the runtime says is running. */
  adopt(): void {
    const worker = this.#worker;
    const state = worker.runtime.containers[this.name]?.state;
    if (state?.at !== 'running') return;
    const adopted = ContainerProcess.adopt({ id: this.id, folder: this.attemptFolder() }, this.#deps.reaper);
    if (!adopted) {
      // The intent was written, but the wrapper never began: start this same attempt now.
      const known = worker.runtime.containers[this.name]!;
      const waiting = { ...known, state: { at: 'waiting', reason: 'ContainerCreating' } as const };
      worker.runtime = { ...worker.runtime, containers: { ...worker.runtime.containers, [this.name]: waiting } };
      return;
    }
    log('adopted', { id: this.id, pid: adopted.pid });
    this.process = adopted;
    if (this.spec.stdin) this.input = ContainerInput.adopt(this.attemptFolder());
    if (state.pid === 0) worker.runtime = become.started(worker.runtime, { spec: this.spec, pid: adopted.pid });
    this.launched = worker.folder.loadLaunch(this.name, this.attempt);
    this.#attend(adopted);
    // A hook was the earlier kubelet's child: whether it ended nobody knows, so it runs again, as Kubernetes allows.
    if (state.stopping?.step === 'hook') void this.#preStop(adopted, state.stopping);
    if (state.hooked || !this.spec.lifecycle?.postStart) this.#probe();
    else void this.#postStart(adopted);
    if (state.stopping) this.#probes?.stopping();
  }

  stop(stopping: Stopping): void {
    const worker = this.#worker;
    const before = worker.runtime.containers[this.name]?.state;
    worker.runtime = become.stopping(worker.runtime, this.name, stopping);
    if (before?.at === 'running' && before.stopping) {
      if (before.stopping.step === 'hook' && stopping.step === 'signalled' && this.process)
        this.#terminate(this.process);
      return;
    }
    this.#probes?.stopping();
    this.#deps.events.note(worker.pod, {
      reason: 'Killing',
      message: stopping.message ?? `Stopping container ${this.name}`,
      container: this.name,
    });
    const running = this.process;
    if (!running) return;
    if (stopping.step === 'hook') void this.#preStop(running, stopping);
    else this.#terminate(running);
  }

  kill(): void {
    const worker = this.#worker;
    const state = worker.runtime.containers[this.name]?.state;
    if (state?.at !== 'running') return;
    const reason = state.stopping?.reason ?? 'Completed';
    worker.runtime = become.stopping(worker.runtime, this.name, {
      ...state.stopping,
      reason,
      deadlineMs: this.#deps.now(),
      step: 'killed',
    });
    this.#probes?.close();
    this.process?.kill();
  }

  /** The running instance has more memory than its limit: all of it dies at once. */
  outOfMemory(): void {
    if (!this.process) return;
    log('out-of-memory', { id: this.id });
    this.#outOfMemory = this.process;
    this.process.kill();
  }

  close(): void {
    this.#probes?.close();
    this.logClock?.close();
  }

  /** Runs a command with the container's environment, as its exec probes and hooks do. */
  async exec(command: readonly string[], limitMs: number): Promise<{ exitCode: number; output: string }> {
    const { launched } = this;
    if (!launched) return { exitCode: 126, output: 'the container is not running' };
    return runCommand([...(launched.as ?? []), ...command], { ...launched, limitMs });
  }

  #terminate(running: ContainerProcess): void {
    running.signal('SIGTERM').catch((error) => log('signal-failed', { id: this.id, error: messageOf(error) }));
  }

  async #preStop(running: ContainerProcess, { deadlineMs }: Stopping): Promise<void> {
    const hook = this.spec.lifecycle?.preStop;
    const limitMs = Math.max(1, deadlineMs - this.#deps.now());
    if (hook) {
      const { ok, message } = await runHook(hook, this.#target(), limitMs);
      if (!ok) this.#deps.events.warn(this.#worker.pod, { reason: 'FailedPreStopHook', message, container: this.name });
    }
    const state = this.#worker.runtime.containers[this.name]?.state;
    if (this.process !== running || state?.at !== 'running' || state.stopping?.step !== 'hook') return;
    // SIGTERM gets at least two seconds after a hook, whatever the hook left of the grace period (the kubelet's minimum).
    const leastMs = this.#worker.pod.metadata.deletionGracePeriodSeconds === 0 ? 0 : this.#deps.now() + 2_000;
    const stopping = {
      ...state.stopping,
      step: 'signalled' as const,
      deadlineMs: Math.max(state.stopping.deadlineMs, leastMs),
    };
    this.#terminate(running);
    this.#worker.change(become.stopping(this.#worker.runtime, this.name, stopping));
  }

  async #postStart(running: ContainerProcess): Promise<void> {
    const hook = this.spec.lifecycle!.postStart!;
    const { ok, message } = await runHook(hook, this.#target(), 300_000);
    if (this.process !== running) return;
    const worker = this.#worker;
    if (ok) {
      worker.runtime = become.hooked(worker.runtime, this.spec);
      this.#probe();
      worker.step();
      return;
    }
    this.#deps.events.warn(worker.pod, { reason: 'FailedPostStartHook', message, container: this.name });
    this.#endFor({
      message: 'FailedPostStartHook',
      graceMs: (worker.pod.spec.terminationGracePeriodSeconds ?? 30) * 1_000,
    });
  }

  /** A change of its resources for which the container wants to be restarted. */
  resized(before: Pod): void {
    const { spec } = this;
    const earlier = findContainer(before, this.name)?.spec.resources;
    const of = (given: Container['resources'], name: string) =>
      JSON.stringify([given?.requests?.[name], given?.limits?.[name]]);
    const changed = (name: string) => of(earlier, name) !== of(spec.resources, name);
    const wanted = (spec.resizePolicy ?? []).some(
      ({ resourceName, restartPolicy }) => restartPolicy === 'RestartContainer' && changed(resourceName),
    );
    if (!wanted) return;
    const graceMs = (this.#worker.pod.spec.terminationGracePeriodSeconds ?? 30) * 1_000;
    this.#endFor({ message: `Container ${this.name} resize requires restart`, graceMs });
  }

  #endFor({ message, graceMs }: { readonly message: string; readonly graceMs: number }): void {
    const worker = this.#worker;
    const state = worker.runtime.containers[this.name]?.state;
    if (state?.at !== 'running' || state.stopping) return;
    const step = this.spec.lifecycle?.preStop ? 'hook' : 'signalled';
    this.stop({ reason: 'Error', message, deadlineMs: this.#deps.now() + graceMs, step });
    worker.step();
  }

  #target() {
    const host = this.#worker.runtime.ip.replace(/^10\./, '127.');
    return {
      container: this.spec,
      host,
      exec: (command: readonly string[], limitMs: number) => this.exec(command, limitMs),
    };
  }

  #probe(): void {
    const worker = this.#worker;
    const state = worker.runtime.containers[this.name]?.state;
    if (state?.at !== 'running') return;
    this.#probes = new ContainerProbes({
      spec: this.spec,
      target: this.#target(),
      startedAtMs: state.startedAtMs,
      startupPassed: state.started,
      now: this.#deps.now,
      onStarted: () => worker.change(become.startupPassed(worker.runtime, this.spec)),
      onReady: (ready) => worker.change(become.readiness(worker.runtime, { name: this.name, ready })),
      onUnwell: (kind, message, probe) => {
        const seconds = probe.terminationGracePeriodSeconds ?? worker.pod.spec.terminationGracePeriodSeconds ?? 30;
        const why = `Container ${this.name} failed ${kind} probe, will be restarted`;
        log('unhealthy', { id: this.id, kind, message });
        this.#endFor({ message: why, graceMs: seconds * 1_000 });
      },
      onFailure: (kind, message) =>
        this.#deps.events.warn(worker.pod, {
          reason: 'Unhealthy',
          message: `${kind[0]!.toUpperCase()}${kind.slice(1)} probe failed: ${message}`,
          container: this.name,
        }),
    });
  }

  #attend(running: ContainerProcess): void {
    this.logClock = new LogClock({ file: logFileOf(running.folder), folder: running.folder });
    running.ended.then(
      (end) => this.#ended(running, end),
      (error) => {
        log('container-would-not-die', { id: running.id, error: messageOf(error) });
        this.#ended(running, { exitCode: 137, atMs: this.#deps.now() });
      },
    );
  }

  #ended(running: ContainerProcess, { exitCode, atMs }: Ended): void {
    if (this.process !== running) return;
    this.process = undefined;
    this.input?.close();
    this.input = undefined;
    this.launched = undefined;
    this.logClock?.close();
    this.logClock = undefined;
    this.#probes?.close();
    const worker = this.#worker;
    const state = worker.runtime.containers[this.name]?.state;
    if (state?.at !== 'running') return;
    const message = lastWords(this.spec, { root: worker.folder.root(this.name), attempt: running.folder, exitCode });
    worker.change(
      become.exited(worker.runtime, this.name, {
        exitCode,
        reason: exitCode === 0 ? 'Completed' : running === this.#outOfMemory ? 'OOMKilled' : 'Error',
        ...(message ? { message } : {}),
        startedAtMs: state.startedAtMs,
        finishedAtMs: atMs,
        attempt: this.attempt,
        ...(state.stopping?.reason === 'Error' ? { toRestart: true } : {}),
      }),
    );
  }
}
