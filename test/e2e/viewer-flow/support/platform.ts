/** The platform on the cluster of KUBECONFIG, for tests of what its viewers see. */
import { reachable } from '#base/address.ts';
import { systemClock } from '#base/clock.ts';
import { KubeHttp, KubeStatusError } from '#base/kube/http.ts';
import { kubeconfigConnection } from '#base/kube/kubeconfig.ts';
import { type KubeObject, listWatch } from '#base/kube/list-watch.ts';
import { listener, type Place, type Region, regions } from '#base/names.ts';
import { deploy } from '#chaos/cli/deploy/deploy.ts';
import { type Manifest, renderedManifests } from '#chaos/cli/deploy/manifest.ts';
import { readSecret } from '#chaos/cli/deploy/secrets.ts';

export interface Pod extends KubeObject {
  readonly status: {
    readonly podIP?: string;
    readonly conditions?: ReadonlyArray<{ readonly type: string; readonly status: string }>;
  };
}

export const isReady = ({ status }: Pod): boolean =>
  status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;

export interface Platform {
  readonly http: KubeHttp;
  /** What viewers trust. */
  readonly ca: string;
  /** Origins of the routers that viewers of a home connect to. */
  routers(home: Region): Promise<readonly string[]>;
  pods(place: Place, service: string): Promise<readonly Pod[]>;
  /** Resolves with the pods of a service as soon as they are as wanted; rejects after `timeoutMs`. */
  untilPods(wanted: PodsWanted): Promise<readonly Pod[]>;
  kill(place: Place, pod: Pod): Promise<void>;
  scale(place: Place, service: string, replicas: number): Promise<void>;
  remove(): Promise<void>;
}

export interface PodsWanted {
  readonly place: Place;
  readonly service: string;
  readonly are: (pods: readonly Pod[]) => boolean;
  readonly timeoutMs: number;
}

const env = { ...process.env, FAULTFLIX_NETWORK: process.env.FAULTFLIX_NETWORK ?? 'loopback' };
const namespaces: readonly string[] = [...regions, 'global', 'chaos'];

/** Deploys the services (not the chaos controller) and waits until they are ready. What was there before is kept. */
export async function deployPlatform(): Promise<Platform> {
  const http = new KubeHttp(await kubeconfigConnection(process.env.KUBECONFIG!));
  const existed = await exists(http, '/api/v1/namespaces/global');
  const manifests = (await renderedManifests({ env: process.env })).filter((manifest) => !isChaosWorkload(manifest));
  const signal = AbortSignal.timeout(180_000);
  const nothing = () => undefined;
  const steps = { onApplied: nothing, onProgress: nothing };
  await deploy({ http, clock: systemClock, manifests, readyTimeoutMs: 150_000, signal, ...steps });
  const { 'ca.crt': ca } = (await readSecret(http, 'global', 'viewer-ca'))!;
  const path = (place: Place) => `/api/v1/namespaces/${place}/pods`;
  const selector = (service: string) => ({ labelSelector: `app.kubernetes.io/name=${service}` });
  const platform: Platform = {
    http,
    ca: ca!,
    async routers(home) {
      const ready = (await platform.pods('global', 'router')).filter(isReady);
      return ready.map(({ status }) => `https://${reachable(status.podIP!, env)}:${listener('https', home).port}`);
    },
    async pods(place, service) {
      const list = await http.json<{ items: Pod[] }>({ path: path(place), query: selector(service) });
      return list.items;
    },
    async untilPods({ place, service, are, timeoutMs }) {
      const known = new Map<string, Pod>();
      const met = new AbortController();
      const look = () => are([...known.values()]) && met.abort();
      await listWatch<Pod>({
        http,
        path: path(place),
        query: selector(service),
        signal: AbortSignal.any([met.signal, AbortSignal.timeout(timeoutMs)]),
        onList: (pods) => {
          known.clear();
          for (const pod of pods) known.set(pod.metadata.uid, pod);
          look();
        },
        onEvent: (type, pod) => {
          if (type === 'DELETED') known.delete(pod.metadata.uid);
          else known.set(pod.metadata.uid, pod);
          look();
        },
      });
      if (met.signal.aborted) return [...known.values()];
      throw new Error(
        `after ${timeoutMs} ms the pods of ${place}/${service} are ${JSON.stringify([...known.values()])}`,
      );
    },
    async kill(place, { metadata }) {
      const body = { gracePeriodSeconds: 0, preconditions: { uid: metadata.uid } };
      await http.json({ method: 'DELETE', path: `${path(place)}/${metadata.name}`, body });
    },
    async scale(place, service, replicas) {
      await http.json({
        method: 'PATCH',
        path: `/apis/apps/v1/namespaces/${place}/deployments/${service}/scale`,
        contentType: 'application/merge-patch+json',
        body: { spec: { replicas } },
      });
    },
    async remove() {
      if (!existed) await removed(http);
      http.close();
    },
  };
  return platform;
}

const isChaosWorkload = ({ kind, metadata }: Manifest): boolean =>
  metadata.namespace === 'chaos' && (kind === 'Deployment' || kind === 'DaemonSet');

/** Whoever deploys next must not meet what is still going. */
async function removed(http: KubeHttp): Promise<void> {
  for (const name of namespaces) await http.json({ method: 'DELETE', path: `/api/v1/namespaces/${name}` });
  const untilMs = Date.now() + 120_000;
  for (const name of namespaces) {
    while (await exists(http, `/api/v1/namespaces/${name}`)) {
      if (Date.now() > untilMs) throw new Error(`namespace ${name} does not go`);
      await systemClock.sleep(200);
    }
  }
}

async function exists(http: KubeHttp, path: string): Promise<boolean> {
  try {
    await http.json({ path });
    return true;
  } catch (thrown) {
    if (thrown instanceof KubeStatusError && thrown.status === 404) return false;
    throw thrown;
  }
}
