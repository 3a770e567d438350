import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '#base/errors.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { type KubeObject, listWatch } from '#base/kube/list-watch.ts';
import type { ImageContext } from '../images.ts';
import { Addresses } from './addresses.ts';
import { Events } from './events.ts';
import { EVICTION_MS, evictOversized } from './eviction.ts';
import { type Refusal, refusalOf } from './lifecycle/admission.ts';
import { log } from './log.ts';
import { rotateLogs } from './logs/rotate-all.ts';
import { LOG_MONITOR_MS } from './logs/rotation.ts';
import { MemoryLimits } from './memory-limits.ts';
import { NodeKeeper } from './node/node-keeper.ts';
import { capacityOf, localNodes, type NodeSpec, nodeMetadata, thisMachine } from './node/node-object.ts';
import { isSilent } from './node/silent.ts';
import { DataObjects } from './objects.ts';
import { PodFolder, savedUids } from './pod-folder.ts';
import { PodReporter } from './pod-reporter.ts';
import { PodWorker, type WorkerDeps } from './pod-worker.ts';
import { logFileOf } from './process/container-process.ts';
import { Reaper } from './process/reaper.ts';
import { Metrics } from './server/metrics.ts';
import { nameOf, type Pod } from './types.ts';
import { UsageMeter } from './usage.ts';

export interface KubeletOptions {
  /** For requests. */
  readonly http: KubeHttp;
  /** For watches, which hold a connection each. */
  readonly watchHttp: KubeHttp;
  readonly stateDir: string;
  readonly images: ImageContext;
  /** Second number of all addresses: addresses.ts. */
  readonly block: number;
  readonly server: { readonly address: string; readonly port: number };
  readonly version: string;
  readonly machineId: string;
  readonly serviceEnv: Readonly<Record<string, string>>;
  readonly now: () => number;
  /** A watch has ended for good: this kubelet no longer hears of anything, and another must take over. */
  readonly onDeaf: (error: unknown) => void;
}

/** The time that all pods together get to end when the kubelet is told to end. */
const SHUTDOWN_MS = 1_500;

/** All nodes of the local cluster: their registration, and a worker for each pod that is bound to one of them. */
export class Kubelet {
  readonly #options: KubeletOptions;
  readonly #stop = new AbortController();
  readonly #workers = new Map<string, PodWorker>();
  /** Pods that are over here, while the API still shows them. */
  readonly #over = new Set<string>();
  /** Nodes that an operator has silenced: node/silent.ts. */
  readonly #silent = new Set<string>();
  readonly #labels = new Map<string, Readonly<Record<string, string>>>();
  readonly #addresses: Addresses;
  readonly #nodes: Map<string, { readonly spec: NodeSpec; readonly keeper: NodeKeeper }>;
  readonly #capacity: Readonly<Record<string, string>>;
  readonly #deps: WorkerDeps;
  readonly reaper = new Reaper();
  readonly metrics: Metrics;
  readonly #meter: UsageMeter;
  readonly #memory: MemoryLimits;
  #synced: () => void = () => undefined;

  constructor(options: KubeletOptions) {
    this.#options = options;
    const { http, watchHttp, stateDir, images, serviceEnv, now, block, server, version, machineId } = options;
    const nodes = localNodes(block);
    this.#addresses = new Addresses(block);
    const { signal } = this.#stop;
    this.#capacity = capacityOf(thisMachine(), nodes.length);
    const objects = new DataObjects({
      http: watchHttp,
      signal,
      onChange: (key) => this.#refresh(key),
      onDeaf: options.onDeaf,
    });
    this.#deps = {
      http,
      objects,
      stateDir,
      images,
      serviceEnv,
      now,
      reaper: this.reaper,
      events: new Events(http, now),
      reporter: new PodReporter(http),
      onGone: (worker) => this.#gone(worker),
    };
    const workers = () => this.#workers.values();
    this.#meter = new UsageMeter({ workers, reaper: this.reaper, now });
    this.#memory = new MemoryLimits({ workers, reaper: this.reaper });
    const rotating = setInterval(() => rotateLogs(workers()), LOG_MONITOR_MS);
    signal.addEventListener('abort', () => clearInterval(rotating), { once: true });
    const evicting = setInterval(() => evictOversized(workers()), EVICTION_MS);
    signal.addEventListener('abort', () => clearInterval(evicting), { once: true });
    const living = () =>
      [...this.#nodes.values()].filter(({ keeper }) => !keeper.removed).map(({ spec }) => nodeMetadata(spec));
    this.metrics = new Metrics({ meter: this.#meter, workers, nodes: living });
    const status = { capacity: this.#capacity, kubelet: server, startedAtMs: now(), version, machineId };
    this.#nodes = new Map(
      nodes.map((spec) => [spec.name, { spec, keeper: new NodeKeeper({ http, node: spec, status, now, signal }) }]),
    );
  }

  get nodeNames(): string[] {
    return [...this.#nodes.keys()];
  }

  workers(): Iterable<PodWorker> {
    return this.#workers.values();
  }

  find(namespace: string, name: string): PodWorker | undefined {
    for (const worker of this.#workers.values()) {
      const { metadata } = worker.pod;
      if (metadata.namespace === namespace && metadata.name === name && !worker.silent) return worker;
    }
    return undefined;
  }

  /** Resolves when all nodes are Ready and all pods of an earlier kubelet are taken over. */
  async start(): Promise<void> {
    for (const uid of savedUids(this.#options.stateDir)) {
      const saved = new PodFolder(this.#options.stateDir, uid).load();
      if (saved) this.#addresses.keep(saved.runtime.ip);
    }
    const synced = new Promise<void>((resolve) => {
      this.#synced = resolve;
    });
    const watching = [this.#watchPods(), this.#watchNodes()];
    for (const watch of watching) watch.catch(this.#options.onDeaf);
    await Promise.all([synced, ...[...this.#nodes.values()].map(({ keeper }) => keeper.register())]);
  }

  /** Ends every pod, with at most two seconds for all of them, and leaves no process and no folder. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#meter.close();
    this.#memory.close();
    const running = [...this.#workers.values()].flatMap((worker) => [...worker.containers.values()]);
    const processes = running.flatMap((runner) => (runner.process ? [runner.process] : []));
    for (const worker of this.#workers.values()) worker.abandon();
    await Promise.all(processes.map((one) => one.signal('SIGTERM')));
    const all = Promise.all(processes.map((one) => one.ended.catch(() => undefined)));
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, SHUTDOWN_MS))]);
    for (const one of processes) one.kill();
    await all;
    rmSync(join(this.#options.stateDir, 'pods'), { recursive: true, force: true, maxRetries: 3 });
  }

  #watchPods(): Promise<void> {
    return listWatch<Pod>({
      http: this.#options.watchHttp,
      path: '/api/v1/pods',
      query: { fieldSelector: 'spec.nodeName!=' },
      signal: this.#stop.signal,
      onList: (pods) => this.#sync(pods),
      onEvent: (type, pod) => (type === 'DELETED' ? this.#deleted(pod) : this.#see(pod)),
      onTrouble: (message, retryInMs) => log('watch', { what: 'pods', message, retryInMs }),
    });
  }

  #watchNodes(): Promise<void> {
    let known = new Set<string>();
    return listWatch<KubeObject>({
      http: this.#options.watchHttp,
      path: '/api/v1/nodes',
      signal: this.#stop.signal,
      onList: (nodes) => {
        const now = new Set(nodes.map((node) => node.metadata.name));
        for (const name of known) if (!now.has(name)) this.#nodeRemoved(name);
        known = now;
        for (const node of nodes) this.#nodeSeen(node);
      },
      onEvent: (type, node) => {
        if (type === 'DELETED') this.#nodeRemoved(node.metadata.name);
        else {
          known.add(node.metadata.name);
          this.#nodeSeen(node);
        }
      },
      onTrouble: (message, retryInMs) => log('watch', { what: 'nodes', message, retryInMs }),
    });
  }

  #sync(pods: readonly Pod[]): void {
    const present = new Set(pods.map((pod) => pod.metadata.uid));
    for (const worker of [...this.#workers.values()]) if (!present.has(worker.uid)) worker.forget();
    for (const uid of this.#over) if (!present.has(uid)) this.#over.delete(uid);
    for (const pod of pods) this.#see(pod);
    void this.#clearStrays(present);
    this.#synced();
  }

  /** One pod that cannot be played (a full disk, say) must not keep the others from being seen. */
  #see(pod: Pod): void {
    try {
      this.#pod(pod);
    } catch (thrown) {
      log('pod-not-taken', { pod: nameOf(pod), error: thrown instanceof Error ? thrown.stack : String(thrown) });
    }
  }

  #pod(pod: Pod): void {
    const { uid, deletionTimestamp } = pod.metadata;
    const worker = this.#workers.get(uid);
    if (worker) {
      worker.update(pod);
      return;
    }
    const node = this.#nodes.get(pod.spec.nodeName ?? '');
    if (!node || this.#over.has(uid)) return;
    const saved = new PodFolder(this.#options.stateDir, uid).load()?.runtime;
    const terminal = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
    if (terminal && !saved && !deletionTimestamp) return;
    const ip = saved?.ip ?? (pod.spec.hostNetwork ? node.spec.address : this.#addresses.take());
    const options = { pod, node: node.spec.name, hostIp: node.spec.address, ip, allocatable: this.#capacity };
    const made = new PodWorker({ ...options, ...(saved ? { saved } : {}) }, this.#deps);
    const refusal = saved || deletionTimestamp ? undefined : this.#refusal(pod, node.spec);
    this.#workers.set(uid, made);
    made.silence(this.#silent.has(node.spec.name));
    if (saved) made.adopt();
    else if (refusal) made.fail(refusal.reason, refusal.message);
    else made.step();
    if (node.keeper.removed) this.#evict(made);
  }

  #refusal(pod: Pod, { name, ...spec }: NodeSpec): Refusal | undefined {
    const labels = this.#labels.get(name) ?? nodeMetadata({ name, ...spec }).labels;
    const others = [...this.#workers.values()].filter((worker) => worker.node === name && worker.takesRoom);
    const node = { name, labels, allocatable: this.#capacity };
    return refusalOf(
      pod,
      node,
      others.map((worker) => worker.pod),
    );
  }

  /** What an operator has said about a node: its labels, and whether it is to be silent. */
  #nodeSeen(node: KubeObject): void {
    const { name } = node.metadata;
    const known = this.#nodes.get(name);
    if (!known) return;
    this.#labels.set(name, (node.metadata as { labels?: Record<string, string> }).labels ?? {});
    const silent = isSilent(node);
    if (silent === this.#silent.has(name)) return;
    log('node-silent', { node: name, silent });
    if (silent) this.#silent.add(name);
    else this.#silent.delete(name);
    known.keeper.silence(silent);
    for (const worker of this.#workers.values()) if (worker.node === name) worker.silence(silent);
  }

  #deleted(pod: Pod): void {
    this.#over.delete(pod.metadata.uid);
    this.#workers.get(pod.metadata.uid)?.forget(pod);
  }

  #gone(worker: PodWorker): void {
    this.#workers.delete(worker.uid);
    this.#over.add(worker.uid);
    if (!worker.pod.spec.hostNetwork) this.#addresses.give(worker.runtime.ip);
  }

  #refresh(key: string): void {
    for (const worker of this.#workers.values()) if (worker.volumes.concerns(key)) worker.refresh();
  }

  /** An operator deleted the node: it sends no more heartbeats and its pods end, with their own grace. */
  #nodeRemoved(name: string): void {
    const node = this.#nodes.get(name);
    if (!node || node.keeper.removed) return;
    log('node-removed', { node: name });
    node.keeper.remove();
    for (const worker of this.#workers.values()) if (worker.node === name) this.#evict(worker);
  }

  #evict(worker: PodWorker): void {
    const { namespace, name, uid } = worker.pod.metadata;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    this.#options.http
      .json({ method: 'DELETE', path, body: { preconditions: { uid } } })
      .catch((error) => log('evict', { pod: name, message: messageOf(error) }));
  }

  /** Folders and processes of pods that the API no longer knows. */
  async #clearStrays(present: ReadonlySet<string>): Promise<void> {
    for (const uid of savedUids(this.#options.stateDir)) {
      if (present.has(uid) || this.#workers.has(uid)) continue;
      const folder = new PodFolder(this.#options.stateDir, uid);
      const saved = folder.load();
      for (const [name, known] of Object.entries(saved?.runtime.containers ?? {})) {
        const id = `${uid}/${name}/${known.restarts}`;
        const logFile = logFileOf(folder.attempt(name, known.restarts));
        await this.reaper
          .reap({ id, pid: 0, logFile })
          .catch((error) => log('stray', { id, message: messageOf(error) }));
      }
      log('stray-removed', { uid });
      folder.remove();
    }
  }
}
