import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Container, V1PodSpec } from '@kubernetes/client-node';
import { FaultflixError } from '#base/errors.ts';
import { KubeStatusError, type Query } from '#base/kube/http.ts';
import { type KubeObject, listWatch } from '#base/kube/list-watch.ts';
import type { Cluster } from './cluster.ts';

/** A pod as the API's JSON, loosely: tests read what they assert. */
// biome-ignore lint/suspicious/noExplicitAny: assertions over the API's JSON
export type Json = any;
export type Pod = KubeObject & { metadata: Json; spec: Json; status: Json };

/** Longer than anything here takes on a busy machine: a bound, never a measure. */
const DEADLINE_MS = 180_000;

/** The suite's own taint: a case may put it on a node without driving out the pods of the cases beside it. */
export const OWN_TAINT = { key: 'faultflix.dev/contract', operator: 'Exists' } as const;

export interface PodPlan extends Partial<V1PodSpec> {
  readonly name?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
}

const NO_WATCHER = /failed to create fsnotify watcher: too many open files\s*$/;

interface Waiter {
  readonly look: () => void;
}

/** A namespace with a watch on its pods: tests wait for what they expect by event. */
export class Space {
  readonly name: string;
  readonly cluster: Cluster;
  /** Every state of every pod that the watch has shown, oldest first. */
  readonly history: Pod[] = [];
  /** The same with what happened to it. A watch that had to begin anew tells of each pod again, as ADDED. */
  readonly changes: { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly pod: Pod }[] = [];
  readonly #pods = new Map<string, Pod>();
  readonly #gone = new Set<string>();
  readonly #waiters = new Set<Waiter>();
  readonly #stop = new AbortController();

  private constructor(cluster: Cluster) {
    this.cluster = cluster;
    this.name = `kubelet-${randomBytes(4).toString('hex')}`;
  }

  static async open(cluster: Cluster, context: Pick<TestContext, 'after'>): Promise<Space> {
    const space = new Space(cluster);
    await cluster.http.json({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: space.name } } });
    context.after(() => space.#close());
    const account = `/api/v1/namespaces/${space.name}/serviceaccounts/default`;
    await eventually('the namespace has its service account', () => cluster.http.json({ path: account }));
    void listWatch<Pod>({
      http: cluster.http,
      path: `/api/v1/namespaces/${space.name}/pods`,
      signal: space.#stop.signal,
      onList: (pods) => {
        const present = new Set(pods.map((pod) => pod.metadata.name));
        for (const name of space.#pods.keys()) if (!present.has(name)) space.#gone.add(name);
        for (const pod of pods) space.#see('ADDED', pod);
        space.#wake();
      },
      onEvent: (type, pod) => {
        space.#see(type, pod);
        if (type === 'DELETED') space.#gone.add(pod.metadata.name);
        space.#wake();
      },
    });
    return space;
  }

  /** A container that runs a shell script. */
  sh(script: string, more: Partial<V1Container> = {}): V1Container {
    return {
      name: 'main',
      image: this.cluster.images.shell,
      imagePullPolicy: 'IfNotPresent',
      command: ['sh', '-c', script],
      ...more,
    };
  }

  /** A container that runs a Node script. `HOST` in it is the address to listen at. */
  node(script: string, more: Partial<V1Container> = {}): V1Container {
    const host = `const HOST = process.env.FAULTFLIX_NETWORK === 'loopback' ? process.env.POD_IP.replace(/^10\\./, '127.') : '0.0.0.0';`;
    const env = [{ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }, ...(more.env ?? [])];
    return {
      name: 'main',
      image: this.cluster.images.node,
      imagePullPolicy: 'IfNotPresent',
      args: ['-e', `${host}\n${script}`],
      ...more,
      env,
    };
  }

  /** Makes a pod. Unless told, it does not restart, has no token and no grace to speak of. */
  async create({ name = 'pod', labels, annotations, ...spec }: PodPlan): Promise<Pod> {
    const body = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) },
      spec: {
        restartPolicy: 'Never',
        terminationGracePeriodSeconds: 1,
        automountServiceAccountToken: false,
        tolerations: [OWN_TAINT],
        ...spec,
      },
    };
    return this.post<Pod>('/api/v1', 'pods', body);
  }

  /** Makes a pod of one script and waits for its end. */
  async run(
    script: string,
    { container = {}, ...plan }: PodPlan & { readonly container?: Partial<V1Container> } = {},
  ): Promise<{ pod: Pod; log: string }> {
    const { metadata } = await this.create({ ...plan, containers: [this.sh(script, container)] } as PodPlan);
    const pod = await this.ended(metadata.name);
    return { pod, log: await this.log(metadata.name) };
  }

  post<T>(group: string, plural: string, body: object): Promise<T> {
    return this.cluster.http.json<T>({ method: 'POST', path: `${group}/namespaces/${this.name}/${plural}`, body });
  }

  get<T = Json>(path: string, query: Query = {}): Promise<T> {
    return this.cluster.http.json<T>({ path: this.path(path), query });
  }

  merge(path: string, body: object): Promise<unknown> {
    const contentType = 'application/merge-patch+json';
    return this.cluster.http.json({ method: 'PATCH', path: this.path(path), contentType, body });
  }

  /** `pods/x` as the whole path in this namespace. */
  path(rest: string, group = '/api/v1'): string {
    return `${group}/namespaces/${this.name}/${rest}`;
  }

  async delete(name: string, options: { readonly gracePeriodSeconds?: number } = {}): Promise<void> {
    await this.cluster.http.json({ method: 'DELETE', path: this.path(`pods/${name}`), body: options });
  }

  async log(name: string, query: Query = {}): Promise<string> {
    const response = await this.cluster.http.open({ path: this.path(`pods/${name}/log`), query });
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += chunk;
    return text;
  }

  /**
   * Follows a log until a line of it fits, or its end. Returns all lines so far. `onFirst` is called when the first text
   * has come: the log of a pod that is removed right after can only be asked for before.
   */
  async logUntil(name: string, fits: RegExp, query: Query = {}, onFirst?: () => void): Promise<string[]> {
    // Before its pod is bound to a node a log is empty, and before it starts an error.
    await this.until(name, 'started', (pod) => {
      const { state } = statusOf(pod, String(query.container ?? pod.spec.containers[0].name)) ?? {};
      return state?.running ?? state?.terminated;
    });
    const path = this.path(`pods/${name}/log`);
    const signal = AbortSignal.any([AbortSignal.timeout(DEADLINE_MS), this.#stop.signal]);
    let text = '';
    // A node that has no file watcher to spare ends a log that is followed: asked for again.
    do {
      text = '';
      const response = await this.cluster.http.open({
        path,
        query: { follow: true, ...query },
        signal,
        idleTimeoutMs: DEADLINE_MS,
      });
      try {
        for await (const chunk of response.setEncoding('utf8')) {
          if (text === '') onFirst?.();
          text += chunk;
          if (fits.test(text)) break;
        }
      } catch (cause) {
        throw new Error(`the log of ${name} did not come to ${fits}: ${text}`, { cause });
      }
      response.destroy();
    } while (!fits.test(text) && NO_WATCHER.test(text));
    if (!fits.test(text)) throw new Error(`the log of ${name} ended without ${fits}: ${text}`);
    return text.split('\n').filter(Boolean);
  }

  /** The line of this number (from 0) of a log, waited for as long as told: for what is known to take minutes. */
  async laterLine(name: string, number: number, deadlineMs: number): Promise<string> {
    const signal = AbortSignal.any([AbortSignal.timeout(deadlineMs), this.#stop.signal]);
    const path = this.path(`pods/${name}/log`);
    const response = await this.cluster.http.open({
      path,
      query: { follow: true },
      signal,
      idleTimeoutMs: deadlineMs,
    });
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) {
      text += chunk;
      if (text.split('\n').length > number + 1) break;
    }
    response.destroy();
    return text.split('\n')[number]!;
  }

  /** The newest state of a pod. */
  pod(name: string): Pod | undefined {
    return this.#pods.get(name);
  }

  /** Resolves with the pod as soon as it fits; rejects with its last status at the deadline. */
  async until(name: string, what: string, fits: (pod: Pod) => unknown): Promise<Pod> {
    await this.#await(`${name}: ${what}`, () => {
      const pod = this.#pods.get(name);
      return pod !== undefined && Boolean(fits(pod));
    });
    return this.#pods.get(name)!;
  }

  /** An event of a pod with this reason whose message fits. Events are sent beside what they tell of, so it may come later. */
  async event(pod: string, reason: string, fits = /^/): Promise<{ readonly message: string }> {
    return eventually(`${pod}: an event ${reason} that fits ${fits}`, async () => {
      const { items } = await this.get('events', { fieldSelector: `involvedObject.name=${pod},reason=${reason}` });
      const found = (items as { readonly message: string }[]).find(({ message }) => fits.test(message));
      if (!found) throw new FaultflixError('not-found', `no event ${reason} that fits yet`);
      return found;
    });
  }

  running(name: string): Promise<Pod> {
    return this.until(name, 'running', ({ status }) => status.phase === 'Running');
  }

  ready(name: string): Promise<Pod> {
    return this.until(name, 'ready', isReady);
  }

  ended(name: string): Promise<Pod> {
    return this.until(name, 'ended', ({ status }) => ['Succeeded', 'Failed'].includes(status.phase));
  }

  gone(name: string): Promise<void> {
    return this.#await(`${name}: gone`, () => this.#gone.has(name));
  }

  /** The last state that the watch showed of a pod, also of one that is gone. */
  last(name: string): Pod {
    const pod = this.history.findLast((candidate) => candidate.metadata.name === name);
    if (!pod) throw new Error(`no pod ${name} was ever seen`);
    return pod;
  }

  #await(what: string, fits: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        const seen = [...this.#pods.values()].map(({ metadata, status }) => ({ name: metadata.name, status }));
        reject(new FaultflixError('deadline-exceeded', what, { received: JSON.stringify(seen) }));
      }, DEADLINE_MS);
      const waiter: Waiter = {
        look: () => {
          if (!fits()) return;
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          resolve();
        },
      };
      this.#waiters.add(waiter);
      waiter.look();
    });
  }

  #see(type: 'ADDED' | 'MODIFIED' | 'DELETED', pod: Pod): void {
    this.changes.push({ type, pod });
    this.#gone.delete(pod.metadata.name);
    this.#pods.set(pod.metadata.name, pod);
    this.history.push(pod);
  }

  #wake(): void {
    for (const waiter of [...this.#waiters]) waiter.look();
  }

  async #close(): Promise<void> {
    this.#stop.abort();
    const now = { gracePeriodSeconds: 0 };
    await this.cluster.http.json({ method: 'DELETE', path: this.path('pods'), body: now });
    await this.cluster.http.json({ method: 'DELETE', path: `/api/v1/namespaces/${this.name}` });
  }
}

export const condition = (pod: Pod, type: string): Json =>
  pod.status?.conditions?.find((candidate: Json) => candidate.type === type);

export const isReady = (pod: Pod): boolean => condition(pod, 'Ready')?.status === 'True';

export const statusOf = (pod: Pod, container = 'main'): Json =>
  [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])].find(
    (candidate: Json) => candidate.name === container,
  );

/** For what the API offers no event for: asks again until it no longer throws, within a bound. */
export async function eventually<T>(what: string, ask: () => Promise<T>): Promise<T> {
  const untilMs = Date.now() + DEADLINE_MS;
  for (;;) {
    try {
      return await ask();
    } catch (cause) {
      if (Date.now() > untilMs) throw new FaultflixError('deadline-exceeded', what, { cause });
      if (cause instanceof KubeStatusError && cause.status === 422) throw cause;
      await sleep(100);
    }
  }
}
