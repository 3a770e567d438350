import { randomBytes } from 'node:crypto';
import { messageOf } from '#base/errors.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { timeOf } from './lifecycle/status.ts';
import { log } from './log.ts';
import { nameOf, type Pod } from './types.ts';

export interface PodEvent {
  readonly reason: string;
  readonly message: string;
  readonly container?: string;
}

/** What `kubectl describe pod` shows. Best effort: events are dropped rather than delaying anything. */
export interface EventSink {
  note(pod: Pod, event: PodEvent): void;
  warn(pod: Pod, event: PodEvent): void;
}

/** The same event again within this time only raises its count, and is written no more often than that. */
const REPEAT_MS = 10_000;
const MOST_WAITING = 500;
const MOST_KNOWN = 2_000;

interface Known {
  readonly path: string;
  count: number;
  writtenAtMs: number;
}

export class Events implements EventSink {
  readonly #http: KubeHttp;
  readonly #now: () => number;
  readonly #known = new Map<string, Known>();
  readonly #queue: (() => Promise<unknown>)[] = [];
  #working = false;

  constructor(http: KubeHttp, now: () => number) {
    this.#http = http;
    this.#now = now;
  }

  note(pod: Pod, event: PodEvent): void {
    this.#add(pod, 'Normal', event);
  }

  warn(pod: Pod, event: PodEvent): void {
    this.#add(pod, 'Warning', event);
  }

  #add(pod: Pod, type: 'Normal' | 'Warning', event: PodEvent): void {
    const key = [pod.metadata.uid, event.reason, event.container, event.message].join('\0');
    const nowMs = this.#now();
    const known = this.#known.get(key);
    if (known) {
      known.count++;
      if (nowMs - known.writtenAtMs < REPEAT_MS) return;
      known.writtenAtMs = nowMs;
      const body = { count: known.count, lastTimestamp: timeOf(nowMs) };
      const contentType = 'application/merge-patch+json';
      this.#enqueue(() => this.#http.json({ method: 'PATCH', path: known.path, contentType, body }));
      return;
    }
    const { namespace, name, uid, resourceVersion } = pod.metadata;
    const eventName = `${name}.${randomBytes(8).toString('hex')}`;
    const path = `/api/v1/namespaces/${namespace}/events`;
    this.#known.set(key, { path: `${path}/${eventName}`, count: 1, writtenAtMs: nowMs });
    if (this.#known.size > MOST_KNOWN) this.#known.delete(this.#known.keys().next().value!);
    const fieldPath = event.container ? { fieldPath: `spec.containers{${event.container}}` } : {};
    const body = {
      metadata: { name: eventName, namespace },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid, resourceVersion, ...fieldPath },
      reason: event.reason,
      message: event.message.slice(0, 1_024),
      type,
      count: 1,
      firstTimestamp: timeOf(nowMs),
      lastTimestamp: timeOf(nowMs),
      source: { component: 'kubelet', host: pod.spec.nodeName },
      reportingComponent: 'kubelet',
      reportingInstance: pod.spec.nodeName,
    };
    this.#enqueue(() => this.#http.json({ method: 'POST', path, body }), nameOf(pod));
  }

  #enqueue(call: () => Promise<unknown>, pod = ''): void {
    if (this.#queue.length >= MOST_WAITING) {
      log('event-dropped', { pod });
      return;
    }
    this.#queue.push(call);
    if (!this.#working) void this.#work();
  }

  /** One after the other, and after whatever is more urgent: each waits for a turn of the loop. */
  async #work(): Promise<void> {
    this.#working = true;
    for (let call = this.#queue.shift(); call; call = this.#queue.shift()) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      await call().catch((error) => log('event-not-written', { message: messageOf(error) }));
    }
    this.#working = false;
  }
}
