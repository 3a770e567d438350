import { backoffMs } from '#base/clock.ts';
import { messageOf } from '#base/errors.ts';
import { type KubeHttp, KubeStatusError } from '#base/kube/http.ts';
import type { PodStatus } from './lifecycle/status.ts';
import { log } from './log.ts';
import { nameOf, type Pod } from './types.ts';

/** A pod that is still being made is reported after this long, so that one that starts at once is reported once. */
const UNDERWAY_MS = 60;
const RETRY = { firstMs: 50, maxMs: 2_000 };

interface Entry {
  pod: Pod;
  wanted: PodStatus;
  wantedText: string;
  sentText: string;
  sending: boolean;
  /** The request that is under way, if one is. */
  underWay: Promise<void> | undefined;
  /** The version of the object that the last status made. */
  sentVersion: number;
  timer: NodeJS.Timeout | undefined;
  fails: number;
}

/** Tells the API server the pods' statuses: promptly, one request at a time a pod, only the newest, until it is heard. */
export class PodReporter {
  readonly #http: KubeHttp;
  readonly #entries = new Map<string, Entry>();

  constructor(http: KubeHttp) {
    this.#http = http;
  }

  report(pod: Pod, status: PodStatus): void {
    const { uid } = pod.metadata;
    const wantedText = JSON.stringify(status);
    const known = this.#entries.get(uid);
    const entry: Entry = known ?? {
      pod,
      wanted: status,
      wantedText: '',
      sentText: '',
      sending: false,
      underWay: undefined,
      sentVersion: 0,
      timer: undefined,
      fails: 0,
    };
    entry.pod = pod;
    entry.wanted = status;
    if (!known) this.#entries.set(uid, entry);
    if (entry.wantedText === wantedText && !overruled(entry)) return;
    if (entry.wantedText === wantedText && !entry.sending) entry.sentText = '';
    entry.wantedText = wantedText;
    if (entry.sending || wantedText === entry.sentText) return;
    this.#sendIn(entry, underway(status) ? UNDERWAY_MS : 0);
  }

  /** The last status, then the removal of the object. Resolves when the API server no longer wants to hear of the pod. */
  async finish(pod: Pod, status: PodStatus): Promise<void> {
    const { uid, namespace, name } = pod.metadata;
    const entry = this.#entries.get(uid);
    if (entry) clearTimeout(entry.timer);
    this.#entries.delete(uid);
    // What was said before the last status must not come after it.
    await entry?.underWay;
    const gone = { gracePeriodSeconds: 0, preconditions: { uid } };
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    await this.#insist(pod, () => this.#patch(pod, status));
    await this.#insist(pod, () => this.#http.json({ method: 'DELETE', path, body: gone }));
  }

  /** The pod is gone: nothing is to be told any more. */
  forget(uid: string): void {
    const entry = this.#entries.get(uid);
    if (entry) clearTimeout(entry.timer);
    this.#entries.delete(uid);
  }

  #sendIn(entry: Entry, ms: number): void {
    clearTimeout(entry.timer);
    if (ms === 0) {
      entry.sending = true;
      entry.underWay = new Promise((resolve) => setImmediate(() => resolve(this.#send(entry))));
    } else {
      entry.timer = setTimeout(() => {
        entry.sending = true;
        entry.underWay = this.#send(entry);
      }, ms);
    }
  }

  async #send(entry: Entry): Promise<void> {
    const { pod, wanted, wantedText } = entry;
    const { uid } = pod.metadata;
    try {
      const { metadata } = await this.#patch(pod, wanted);
      entry.sentVersion = Number(metadata.resourceVersion);
      entry.sentText = wantedText;
      entry.fails = 0;
    } catch (thrown) {
      if (isOver(thrown)) {
        if (isRefused(thrown)) log('status-refused', { pod: nameOf(pod), message: messageOf(thrown) });
        this.forget(uid);
        return;
      }
      entry.fails++;
      log('status-not-sent', { pod: nameOf(pod), message: messageOf(thrown) });
    }
    entry.sending = false;
    if (this.#entries.get(uid) !== entry || entry.wantedText === entry.sentText) return;
    this.#sendIn(entry, entry.fails === 0 ? 0 : backoffMs(entry.fails - 1, RETRY));
  }

  /** Strategic merge: conditions of other writers (readiness gates) stay. The uid makes it fail for a namesake. */
  #patch({ metadata: { namespace, name, uid } }: Pod, status: PodStatus): Promise<Pod> {
    return this.#http.json<Pod>({
      method: 'PATCH',
      path: `/api/v1/namespaces/${namespace}/pods/${name}/status`,
      contentType: 'application/strategic-merge-patch+json',
      body: { metadata: { uid }, status },
    });
  }

  async #insist(pod: Pod, call: () => Promise<unknown>): Promise<void> {
    for (let attempt = 0; attempt < 10_000; attempt++) {
      try {
        await call();
        return;
      } catch (thrown) {
        if (isRefused(thrown)) log('end-refused', { pod: nameOf(pod), message: messageOf(thrown) });
        if (isOver(thrown)) return;
        log('end-not-told', { pod: nameOf(pod), message: messageOf(thrown) });
        await new Promise((resolve) => setTimeout(resolve, backoffMs(attempt, RETRY)));
      }
    }
  }
}

/**
 * Somebody else has changed whether the pod is ready since this was told last: the node controller does, when a node has
 * not been heard of for a while. It is told again.
 */
function overruled({ pod, wanted, sentVersion }: Entry): boolean {
  if (sentVersion === 0 || Number(pod.metadata.resourceVersion) <= sentVersion) return false;
  const ready = (conditions: readonly { readonly type: string; readonly status: string }[] = []) =>
    conditions.find(({ type }) => type === 'Ready')?.status;
  return ready(pod.status?.conditions) !== ready(wanted.conditions);
}

/** Not there, another pod of that name, or refused for good: saying it again does not help. */
const isOver = (thrown: unknown) => thrown instanceof KubeStatusError && [404, 409, 422].includes(thrown.status);

const isRefused = (thrown: unknown) => thrown instanceof KubeStatusError && thrown.status === 422;

function underway(status: PodStatus): boolean {
  if (status.phase !== 'Pending') return false;
  return ![...(status.initContainerStatuses ?? []), ...status.containerStatuses].some(
    ({ state }) => state.running || state.terminated,
  );
}
