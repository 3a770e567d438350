import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { type KubeHttp, KubeStatusError } from '#base/kube/http.ts';
import type { TargetSelector } from '../../engine/experiment.ts';
import type { MarkRecord } from '../../engine/journal.ts';
import type { Cluster } from '../../engine/ports.ts';
import type { Candidate, DisruptionBudget } from '../../monkey/select.ts';
import type { SocketCallers } from '../callers.ts';
import { type CompaniesOptions, httpsCompanies } from '../companies.ts';
import type { PodRef, Snapshot, Target } from '../target.ts';
import { wardenToxics } from '../toxics.ts';
import type { Wardens } from '../wardens.ts';
import type { Pods, World } from '../world.ts';
import { listBudgets, listCandidates } from './candidates.ts';
import { ServicePods } from './service-pods.ts';

export interface KubeClusterOptions {
  readonly http: KubeHttp;
  readonly wardens: Wardens;
  readonly callers: SocketCallers;
  readonly clock: Clock;
  /** The cluster's CA. */
  readonly ca: CompaniesOptions['ca'];
}

/** The cluster as one run sees it: pods by watch, sidecars through the wardens, round trips from this process. */
export class KubeCluster implements Cluster {
  readonly #options: KubeClusterOptions;
  readonly #services = new Map<string, ServicePods>();

  constructor(options: KubeClusterOptions) {
    this.#options = options;
  }

  candidates(selector: TargetSelector): Promise<readonly Candidate[]> {
    return listCandidates(this.#options.http, selector);
  }

  budgets(namespaces: readonly string[]): Promise<readonly DisruptionBudget[]> {
    return listBudgets(this.#options.http, namespaces);
  }

  async settle(candidate: Candidate): Promise<Target | { readonly no: string }> {
    const service = candidate.labels['app.kubernetes.io/name'] ?? '';
    const pod = (await this.#pods(candidate.namespace, service)).find(candidate.uid);
    if (!pod) return { no: 'gone' };
    if (pod.dying) return { no: 'already being deleted' };
    if (!pod.ready || pod.ip === '') return { no: 'not ready' };
    const { namespace, name, uid, node, ip } = pod;
    return { namespace, name, uid, node, ip, service, region: namespace };
  }

  async snapshot(target: Target, timed: readonly string[]): Promise<Snapshot> {
    const { wardens, callers, clock } = this.#options;
    const pods = await this.#pods(target.namespace, target.service);
    const pod = pods.find(target.uid);
    const atMs = clock.now();
    const readyPods = pods.readyCount();
    if (!pod) return { ...GONE, atMs, readyPods };
    const [sidecar, roundTripsMs] = await Promise.all([
      wardens.pod(target.node, target.uid),
      this.#roundTrips(target, timed),
      callers.hold(target, []),
    ]);
    // The pod may have ended while it was measured: then nothing that was measured is about it.
    const still = pods.find(target.uid);
    if (!still) return { ...GONE, atMs, readyPods };
    if (!sidecar || sidecar.sidecar === 'unknown') {
      throw new FaultflixError('unavailable', `the sidecar of ${target.namespace}/${target.name} could not be asked`, {
        expected: 'an answer of Toxiproxy through the warden',
        received: sidecar ? 'no answer' : `the warden of ${target.node} knows no such pod`,
      });
    }
    return {
      atMs,
      exists: true,
      dying: still.dying,
      ready: still.ready,
      resourceVersion: still.resourceVersion,
      labels: still.labels,
      listeners: sidecar.proxies.filter(({ enabled }) => enabled).map(({ name }) => name),
      toxics: sidecar.proxies.flatMap(({ name: proxy, toxics }) => toxics.map((toxic) => ({ proxy, ...toxic }))),
      roundTripsMs,
      readyPods,
    };
  }

  async readyAgain(
    target: Target,
    { count, except, signal }: { readonly count: number; readonly except?: string; readonly signal: AbortSignal },
  ): Promise<void> {
    const pods = await this.#pods(target.namespace, target.service);
    if (await pods.until((now) => now.readyCount(except) >= count, signal)) return;
    throw new FaultflixError('cancelled', 'the wait for ready pods was ended');
  }

  release(targets: readonly Target[]): void {
    this.#options.callers.release(targets.map(({ uid }) => uid));
    this.endWatches();
  }

  /** For whoever only planned: there is nothing else to let go of. */
  endWatches(): void {
    for (const pods of this.#services.values()) pods.close();
    this.#services.clear();
  }

  world(run: string, { step, expiresAtMs, before }: MarkRecord): World {
    if (!before) throw new FaultflixError('internal', 'a fault without a snapshot of its target');
    const { clock, callers, wardens, http, ca } = this.#options;
    const lease = { run, step, expiresAtMs };
    const toxics = wardenToxics({ wardens, gone: (pod) => absent(http, pod) });
    const companies = httpsCompanies({ ca, gone: (pod) => absent(http, pod) });
    return { clock, lease, before, callers, pods: this.#podPort(), toxics, companies };
  }

  async #roundTrips(target: Target, timed: readonly string[]): Promise<Record<string, number>> {
    const { callers } = this.#options;
    await callers.hold(target, timed);
    const trips = await Promise.all(
      timed.map(async (name) => {
        const { freshMs, heldMs } = await callers.roundTrip(target, name, SNAPSHOT_ROUNDS);
        const known = [freshMs, heldMs].filter((ms) => ms !== undefined);
        return known.length === 0 ? [] : [[name, Math.min(...known)] as const];
      }),
    );
    return Object.fromEntries(trips.flat());
  }

  #podPort(): Pods {
    const { http, clock } = this.#options;
    return {
      kill: (pod, { graceSeconds, resourceVersion }) => kill(http, pod, graceSeconds, resourceVersion),
      gone: async (pod, timeoutMs) => {
        const pods = [...this.#services.values()];
        const signal = AbortSignal.timeout(timeoutMs);
        const known = pods.find((service) => service.find(pod.uid));
        if (known) return known.until((now) => now.find(pod.uid) === undefined, signal);
        while (!(await absent(http, pod))) {
          if (signal.aborted) return false;
          await clock.sleep(GONE_POLL_MS);
        }
        return true;
      },
    };
  }

  #pods(namespace: string, service: string): Promise<ServicePods> {
    const key = `${namespace}/${service}`;
    const known = this.#services.get(key) ?? new ServicePods({ http: this.#options.http, namespace, service });
    this.#services.set(key, known);
    return known.ready();
  }
}

/** Only where no watch is there yet: a successor that takes up a kill of its predecessor. */
const GONE_POLL_MS = 100;

const SNAPSHOT_ROUNDS = 5;

const GONE: Omit<Snapshot, 'atMs' | 'readyPods'> = {
  exists: false,
  dying: false,
  ready: false,
  resourceVersion: '',
  labels: {},
  listeners: [],
  toxics: [],
  roundTripsMs: {},
};

/** Attempts with a newer version when the pod was changed by something that does not end it. */
const KILL_ATTEMPTS = 5;

async function kill(http: KubeHttp, pod: PodRef, graceSeconds: number, resourceVersion: string): Promise<void> {
  const path = podPath(pod);
  let version = resourceVersion;
  for (let attempt = 0; attempt < KILL_ATTEMPTS; attempt++) {
    try {
      await http.json({
        method: 'DELETE',
        path,
        body: {
          kind: 'DeleteOptions',
          apiVersion: 'v1',
          gracePeriodSeconds: graceSeconds,
          preconditions: { uid: pod.uid, resourceVersion: version },
        },
      });
      return;
    } catch (error) {
      if (!(error instanceof KubeStatusError && error.status === 409)) throw error;
      const now = await http.json<{ metadata: { uid: string; resourceVersion: string; deletionTimestamp?: string } }>({
        path,
      });
      if (now.metadata.uid !== pod.uid) throw new FaultflixError('not-found', 'the pod is another one by now');
      if (now.metadata.deletionTimestamp) {
        throw new FaultflixError('conflict', 'the pod was already dying: the kill would not be ours', { cause: error });
      }
      version = now.metadata.resourceVersion;
    }
  }
  throw new FaultflixError('conflict', 'the pod changed faster than it could be killed');
}

/** Whether the API has no pod of this uid. */
async function absent(http: KubeHttp, pod: PodRef): Promise<boolean> {
  try {
    const now = await http.json<{ metadata: { uid: string } }>({ path: podPath(pod) });
    return now.metadata.uid !== pod.uid;
  } catch (error) {
    if (error instanceof KubeStatusError && error.status === 404) return true;
    throw error;
  }
}

const podPath = ({ namespace, name }: PodRef): string => `/api/v1/namespaces/${namespace}/pods/${name}`;
