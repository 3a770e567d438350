import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, systemClock } from '#base/clock.ts';
import type { FaultflixError } from '#base/errors.ts';
import { type Rng, seededRng } from '#base/rng.ts';
import { startControlPlane } from '../control-plane/control-plane.ts';
import type { Ports } from '../control-plane/flags.ts';
import { createPki } from '../control-plane/pki.ts';
import { freePorts } from '../control-plane/ports.ts';
import { identify, type ProcessId } from '../processes/identity.ts';
import type { ToolPaths } from '../tools/ensure.ts';
import type { Emit, Stage } from './events.ts';
import { kubeletArgs, nodesOf, repositoryRoot } from './kubelet.ts';
import { clusterEnvironment, inStage } from './stage.ts';
import { type ClusterRecord, writeRecord } from './state-dir.ts';
import { type Exit, Supervised } from './supervised.ts';
import { endAllOf } from './sweep.ts';

export interface ClusterOptions {
  readonly name: string;
  readonly instance: string;
  readonly stateDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** Makes the tools, with an environment for what it starts. */
  readonly ensureTools: (signal: AbortSignal, env: NodeJS.ProcessEnv) => Promise<ToolPaths>;
  readonly emit: Emit;
  /** Something that cannot be mended by starting it again. */
  readonly onFatal: (error: FaultflixError) => void;
  readonly clock?: Clock;
  /** False starts the control plane alone. */
  readonly kubelet?: boolean;
}

/** What `up` needs of a cluster, whatever its nodes are. */
export interface RunningCluster {
  /** Emits stages and then `ready`; rejects with the signal's reason when aborted. */
  start(signal: AbortSignal): Promise<void>;
  /** Ends all of it; `hurry` skips the waiting. May be called while `start` is under way, which then rejects. */
  stop(hurry: AbortSignal): Promise<void>;
}

const KUBELET_READY_BOUND_MS = 60_000;
const KUBELET_GRACE_MS = 20_000;

/** One cluster's processes: starts them, keeps them running, ends them. The state folder exists already. */
export class Cluster implements RunningCluster {
  readonly #options: ClusterOptions;
  readonly #clock: Clock;
  readonly #startedAtMs: number;
  /** Of all processes: it marks them as this cluster's. */
  readonly #env: NodeJS.ProcessEnv;
  readonly #processes = new Map<string, Supervised>();
  readonly #ids: Record<string, ProcessId> = {};
  #recording: Promise<void> = Promise.resolve();

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#startedAtMs = this.#clock.now();
    this.#env = clusterEnvironment(options.env, options.instance);
  }

  /** Starts everything; emits stages and then `ready`. Rejects with the signal's reason when aborted. */
  async start(signal: AbortSignal): Promise<void> {
    const { name, stateDir, emit } = this.#options;
    const at = (folder: string) => join(stateDir, folder);
    await this.#record();
    await Promise.all([mkdir(at('logs')), mkdir(at('bin'))]);
    const [tools, pki, ports] = await Promise.all([
      this.#stage('tools', () => this.#options.ensureTools(signal, this.#env)),
      createPki({ folder: at('pki'), clusterName: name, nowMs: this.#clock.now() }),
      choosePorts(seededRng(this.#options.instance)),
    ]);
    signal.throwIfAborted();
    await Promise.all([...tools].map(([tool, path]) => symlink(path, join(at('bin'), tool))));
    const plane = await this.#stage('control-plane', () =>
      startControlPlane({
        name,
        stateDir,
        pki,
        ports,
        signal,
        clock: this.#clock,
        supervise: (component, flags) =>
          this.#supervise({ name: component, command: tools.get(component)!, args: flags }),
      }),
    );
    const kubelet =
      this.#options.kubelet === false
        ? []
        : await this.#stage('nodes', () => this.#startKubelet(plane.kubeletKubeconfig, signal));
    await plane.controllersReady;
    emit({ type: 'ready', kubeconfig: plane.kubeconfig, stateDir, binDir: at('bin'), pids: this.pids, nodes: kubelet });
  }

  get pids(): Record<string, number> {
    return Object.fromEntries(Object.entries(this.#ids).map(([name, { pid }]) => [name, pid]));
  }

  /**
   * Ends the kubelet, which ends its pods first, then the control plane, then whatever is left. `hurry` skips the
   * waiting for the pods. May be called while `start` is under way, which then rejects.
   */
  async stop(hurry: AbortSignal): Promise<void> {
    const kubelet = this.#processes.get('kubelet');
    if (kubelet) await Promise.race([kubelet.stop({ graceMs: hurry.aborted ? 0 : KUBELET_GRACE_MS }), aborted(hurry)]);
    // Nothing of the others is kept, so there is nothing that they need time for.
    await Promise.all([...this.#processes.values()].map((each) => each.stop({ graceMs: 0 })));
    await this.#recording;
    await endAllOf(this.#options.instance, Object.values(this.#ids), this.#clock);
  }

  #stage<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
    return inStage({ stage, emit: this.#options.emit, clock: this.#clock }, work);
  }

  #startKubelet(kubeconfig: string, signal: AbortSignal): Promise<readonly string[]> {
    const { stateDir } = this.#options;
    return new Promise((resolve, reject) => {
      const kubelet = this.#supervise({
        name: 'kubelet',
        command: process.execPath,
        args: kubeletArgs({ kubeconfig, stateDir, binDir: join(stateDir, 'bin') }),
        cwd: repositoryRoot,
        onLine: (line) => {
          const nodes = nodesOf(line);
          if (nodes) resolve(nodes);
        },
      });
      const bound = AbortSignal.timeout(KUBELET_READY_BOUND_MS);
      const stop = () => (signal.aborted ? reject(signal.reason) : kubelet.failure(undefined).then(reject, reject));
      AbortSignal.any([signal, bound]).addEventListener('abort', stop, { once: true });
      kubelet.start().catch(reject);
    });
  }

  #supervise(what: {
    name: string;
    command: string;
    args: readonly string[];
    cwd?: string;
    onLine?: (line: string) => void;
  }): Supervised {
    const { name } = what;
    const process = new Supervised({
      ...what,
      env: this.#env,
      logFile: join(this.#options.stateDir, 'logs', `${name}.log`),
      clock: this.#clock,
      onStart: (id) => {
        this.#ids[name] = id;
        void this.#record();
      },
      onRestart: (exit) =>
        this.#options.emit({ type: 'restarted', what: name, pid: process.pid ?? 0, because: because(exit) }),
      onGiveUp: this.#options.onFatal,
    });
    this.#processes.set(name, process);
    return process;
  }

  /** Writes who runs to the state folder, one write after another. */
  #record(): Promise<void> {
    const supervisor = identify(process.pid)!;
    this.#recording = this.#recording.then(() => {
      const { instance, stateDir } = this.#options;
      const record: ClusterRecord = {
        instance,
        startedAtMs: this.#startedAtMs,
        supervisor,
        processes: { ...this.#ids },
      };
      return writeRecord(stateDir, record).catch((error) => this.#options.onFatal(error));
    });
    return this.#recording;
  }
}

async function choosePorts(rng: Rng): Promise<Ports> {
  const [etcd, etcdPeer, apiserver, controllerManager, scheduler] = await freePorts(5, rng);
  return {
    etcd: etcd!,
    etcdPeer: etcdPeer!,
    apiserver: apiserver!,
    controllerManager: controllerManager!,
    scheduler: scheduler!,
  };
}

const because = ({ code, signal }: Exit): string => (signal ? `signal ${signal}` : `exit code ${code}`);

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
