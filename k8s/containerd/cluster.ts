import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { seededRng } from '#base/rng.ts';
import { freePorts } from '../local/control-plane/ports.ts';
import { identify, type ProcessId } from '../local/processes/identity.ts';
import type { ClusterOptions, RunningCluster } from '../local/supervisor/cluster.ts';
import type { Stage } from '../local/supervisor/events.ts';
import { clusterEnvironment, inStage } from '../local/supervisor/stage.ts';
import { writeRecord } from '../local/supervisor/state-dir.ts';
import { endAllOf } from '../local/supervisor/sweep.ts';
import { cgroupOf, createCgroup, type Limits, removeCgroup } from './cgroups.ts';
import { command } from './command.ts';
import { type ClusterConfig, nodePlaces, places } from './config.ts';
import { hostPidOf } from './host-pids.ts';
import type { ProvideImages } from './images/provide.ts';
import type { NodeLayout } from './layout.ts';
import { type InsideSays, onMessages } from './lines.ts';
import { spawnInNamespaces } from './namespaces.ts';
import { relay } from './relay.ts';

const MAIN = join(import.meta.dirname, 'inside', 'main.ts');
/** For the pods' own grace periods and the nodes after them. */
const STOP_BOUND_MS = 30_000;
const LOG_TAIL_LINES = 12;

export interface RealClusterOptions extends ClusterOptions {
  readonly nodes: readonly NodeLayout[];
  /** Fills these folders, each the root folder of a node's containerd, with the images. */
  readonly provideImages: ProvideImages;
}

/** A cluster of real kubelets in namespaces of its own, as the supervisor on the host sees it. */
export class RealCluster implements RunningCluster {
  readonly #options: RealClusterOptions;
  readonly #clock: Clock;
  readonly #startedAtMs: number;
  readonly #env: NodeJS.ProcessEnv;
  readonly #pids: Record<string, number> = {};
  #child: ChildProcess | undefined;
  #id: ProcessId | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  #stopping = false;
  #relay: { close(): Promise<void> } | undefined;

  constructor(options: RealClusterOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#startedAtMs = this.#clock.now();
    this.#env = clusterEnvironment(options.env, options.instance);
  }

  /** Starts everything; emits stages and then `ready`. Rejects with the signal's reason when aborted. */
  async start(signal: AbortSignal): Promise<void> {
    const { name, stateDir, emit, instance, nodes } = this.#options;
    const at = places(stateDir);
    const machine = { cores: cpus().length, memoryBytes: totalmem() };
    await this.#record();
    await Promise.all([mkdir(at.logs), mkdir(join(stateDir, 'bin'))]);
    const tools = await this.#stage('tools', () => this.#options.ensureTools(signal, this.#env));
    createCgroup(cgroupOf(name), limitsOf(machine));
    await this.#stage('images', () =>
      this.#options.provideImages({
        roots: nodes.map((node) => nodePlaces(at.nodeFolder(node.name)).containerd),
        cgroups: createCgroup(`${cgroupOf(name)}/services`),
        env: this.#env,
        signal,
      }),
    );
    signal.throwIfAborted();
    await Promise.all([...tools].map(([tool, path]) => symlink(path, at.bin(tool))));
    const [port] = await freePorts(1, seededRng(instance));
    const config: ClusterConfig = {
      name,
      stateDir,
      nodes,
      hostServer: `https://127.0.0.1:${port}`,
      cgroup: cgroupOf(name),
      machine,
    };
    writeFileSync(at.config, JSON.stringify(config), { mode: 0o600 });
    this.#relay = await relay({ host: '127.0.0.1', port: port! }, { path: at.apiSocket });
    const ready = await this.#inside(config, signal);
    emit({
      type: 'ready',
      kubeconfig: ready.kubeconfig,
      stateDir,
      binDir: join(stateDir, 'bin'),
      pids: this.#pids,
      nodes: ready.nodes,
    });
  }

  /** Starts the namespaces and what runs in them; resolves when that says that it is ready. */
  async #inside(config: ClusterConfig, signal: AbortSignal) {
    const { stateDir, onFatal } = this.#options;
    const at = places(stateDir);
    const logFile = join(at.logs, 'inside.log');
    const log = openSync(logFile, 'a', 0o600);
    const child = spawnInNamespaces({
      cgroups: createCgroup(`${config.cgroup}/services`),
      command: process.execPath,
      args: [MAIN, at.config],
      env: this.#env,
      stderr: log,
    });
    closeSync(log);
    this.#child = child;
    this.#ended = once(child, 'exit');
    child.stdin!.on('error', () => {}); // it is gone: `exit` says so
    this.#id = identify(child.pid!);
    await this.#record();
    return new Promise<Extract<InsideSays, { type: 'ready' }>>((resolve, reject) => {
      const broken = (error: FaultflixError) => {
        reject(error);
        if (!this.#stopping) onFatal(error);
      };
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      child.once('error', (cause) => broken(new FaultflixError('could-not-run', 'could not start unshare', { cause })));
      child.once('exit', (code, killedBy) => {
        if (this.#stopping) return;
        void tailOf(logFile).then((tail) =>
          broken(
            new FaultflixError('could-not-run', 'the cluster ended by itself', {
              where: logFile,
              received: `${killedBy ?? `exit code ${code}`}${tail}`,
            }),
          ),
        );
      });
      onMessages<InsideSays>(child.stdout!, (message) => {
        if (message.type === 'ready') resolve(message);
        else if (message.type === 'error') broken(FaultflixError.fromJSON(message.error));
        else this.#hear(message);
      });
    });
  }

  #hear(message: Exclude<InsideSays, { type: 'ready' | 'error' }>): void {
    const { emit } = this.#options;
    if (message.type === 'stage') {
      emit(message);
      return;
    }
    const pid = hostPidOf(message);
    if (pid !== undefined) this.#pids[message.what] = pid;
    if (message.type === 'restarted') {
      emit({ type: 'restarted', what: message.what, pid: pid ?? 0, because: message.because });
    }
  }

  /** Ends the pods, the nodes and the rest in this order, bounded; `hurry` skips all waiting. */
  async stop(hurry: AbortSignal): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child && !hurry.aborted) {
      child.stdin!.end();
      await Promise.race([this.#ended, this.#clock.sleep(STOP_BOUND_MS, hurry).catch(() => {})]);
    }
    await endAllOf(this.#options.instance, this.#id ? [this.#id] : [], this.#clock);
    await this.#ended;
    await this.#relay?.close();
    await removeCgroup(cgroupOf(this.#options.name), this.#clock);
    // Thousands of files a node, of the images: rm takes a fraction of the time that fs.rm does.
    await command('rm', '-rf', join(this.#options.stateDir, 'nodes'));
  }

  #stage<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
    return inStage({ stage, emit: this.#options.emit, clock: this.#clock }, work);
  }

  #record(): Promise<void> {
    const { instance, stateDir, name } = this.#options;
    return writeRecord(stateDir, {
      instance,
      startedAtMs: this.#startedAtMs,
      supervisor: identify(process.pid)!,
      processes: this.#id ? { namespaces: this.#id } : {},
      cgroup: cgroupOf(name),
    });
  }
}

/** Pods' cgroups lie outside the caller's, whose limits do not hold for them. */
function limitsOf({ memoryBytes }: ClusterConfig['machine']): Limits {
  return { memoryBytes: Math.floor(memoryBytes * 0.9), processes: 32_768 };
}

async function tailOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim() === ''
    ? ''
    : `; the end of its log:\n${text.trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n')}`;
}
