import { createInterface } from 'node:readline';
import type { V1EndpointSlice, V1Job, V1Pod } from '@kubernetes/client-node';
import { reachable } from '#base/address.ts';
import type { Clock } from '#base/clock.ts';
import { asFaultflixError, FaultflixError } from '#base/errors.ts';
import { type KubeHttp, KubeStatusError } from '#base/kube/http.ts';
import { type KubeObject, listWatch } from '#base/kube/list-watch.ts';
import { API_GROUP, API_VERSION, listener, regions } from '#base/names.ts';
import type { Load, LoadStart } from '../../engine/ports.ts';

export interface LoadJobOptions {
  readonly http: KubeHttp;
  readonly clock: Clock;
  readonly namespace: string;
  /** The Experiment, which the Job goes with; without one whoever made it ends it. */
  readonly owner?: { readonly name: string; readonly uid: string };
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Unless the manifests say another: they do on a cluster with a registry. */
const LOAD_IMAGE = 'faultflix.local/load:dev';
const CA = '/var/run/faultflix/tls/ca.crt';
/** The driver ends in good order, its last lines included, well within this. */
const GRACE_SECONDS = 15;
/** Viewers share one process, which took 112 MiB with 32 of them: room for many hundreds. */
const MEMORY_LIMIT = '2Gi';
/** The instrument must not starve beside what it measures: on a busy node its share is that of its request. */
const CPU_REQUEST = '500m';
const STOP_TIMEOUT_MS = (GRACE_SECONDS + 10) * 1_000;
/** Buckets come each 100 ms: a log that is silent for this long is a dead connection. */
const SILENCE_MS = 15_000;
const RETRY_MS = 500;

/** The viewers of one run as a Job in the chaos namespace, and their log as the load stream. */
export class LoadJob implements Load {
  readonly #options: LoadJobOptions;

  constructor(options: LoadJobOptions) {
    this.#options = options;
  }

  async start(start: LoadStart): Promise<{ job: string }> {
    const { http, namespace } = this.#options;
    const job = jobName(start.run);
    if (start.adopt) {
      await http.json({ path: `${this.#jobs()}/${job}` });
      return { job };
    }
    const body = this.#job(start, await entrances(http, this.#env));
    try {
      await http.json({ method: 'POST', path: this.#jobs(), body });
    } catch (error) {
      // A predecessor made it: its viewers are this run's viewers.
      if (!(error instanceof KubeStatusError && error.status === 409)) throw error;
      const there = await http.json<V1Job>({ path: `${this.#jobs()}/${job}` });
      const owner = there.metadata?.ownerReferences?.some(({ uid }) => uid === this.#options.owner?.uid);
      if (!owner) {
        throw new FaultflixError('conflict', `the Job ${namespace}/${job} belongs to somebody else`, { cause: error });
      }
    }
    return { job };
  }

  async *lines(pod: string, signal: AbortSignal): AsyncGenerator<string> {
    const { clock } = this.#options;
    let ended = false;
    while (!ended && !signal.aborted) {
      // Asked before the log is read: what a pod that was over by then has said is whole, end line or not.
      const over = await this.#over(pod);
      try {
        for await (const line of this.#log(pod, signal)) {
          if (line.startsWith('{"type":"end"')) ended = true;
          yield line;
        }
      } catch (error) {
        if (signal.aborted) return;
        // The pod is gone with its log; what was read is all there will be.
        if (error instanceof KubeStatusError && error.status === 404) return;
      }
      if (ended || over || signal.aborted) return;
      await clock.sleep(RETRY_MS, signal).catch(() => undefined);
    }
  }

  async stop(run: string): Promise<void> {
    const { http } = this.#options;
    const selector = { labelSelector: `job-name=${jobName(run)}` };
    try {
      await http.json({
        method: 'DELETE',
        path: `${this.#jobs()}/${jobName(run)}`,
        body: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' },
      });
    } catch (error) {
      if (!(error instanceof KubeStatusError && error.status === 404)) throw error;
    }
    const gone = new AbortController();
    const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(STOP_TIMEOUT_MS)]);
    const there = new Set<string>();
    const look = () => {
      if (there.size === 0) gone.abort();
    };
    await listWatch<V1Pod & KubeObject>({
      http,
      path: this.#pods(),
      query: selector,
      signal,
      onList: (pods) => {
        there.clear();
        for (const pod of pods) there.add(pod.metadata.uid);
        look();
      },
      onEvent: (type, pod) => {
        if (type === 'DELETED') there.delete(pod.metadata.uid);
        else there.add(pod.metadata.uid);
        look();
      },
    });
    if (!gone.signal.aborted) {
      throw new FaultflixError('deadline-exceeded', 'the viewers did not end in time', { where: jobName(run) });
    }
  }

  async pod(run: string, signal: AbortSignal): Promise<string> {
    const { http } = this.#options;
    const found = new AbortController();
    let name = '';
    const look = (pod: V1Pod & KubeObject) => {
      if (pod.status?.phase === 'Pending') return;
      name = pod.metadata.name;
      found.abort();
    };
    await listWatch<V1Pod & KubeObject>({
      http,
      path: this.#pods(),
      query: { labelSelector: `job-name=${jobName(run)}` },
      signal: AbortSignal.any([signal, found.signal]),
      onList: (pods) => pods.forEach(look),
      onEvent: (type, pod) => {
        if (type !== 'DELETED') look(pod);
      },
    });
    if (name === '') throw new FaultflixError('cancelled', 'the wait for the viewers was ended');
    return name;
  }

  async *#log(pod: string, signal: AbortSignal): AsyncGenerator<string> {
    const stream = await this.#options.http.open({
      path: `${this.#pods()}/${pod}/log`,
      query: { follow: true },
      signal,
      idleTimeoutMs: SILENCE_MS,
    });
    for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) yield line;
  }

  async #over(pod: string): Promise<boolean> {
    try {
      const { status } = await this.#options.http.json<V1Pod>({ path: `${this.#pods()}/${pod}` });
      return status?.phase === 'Succeeded' || status?.phase === 'Failed';
    } catch (error) {
      return asFaultflixError(error).code === 'not-found';
    }
  }

  get #env() {
    return this.#options.env ?? process.env;
  }

  #jobs = (): string => `/apis/batch/v1/namespaces/${this.#options.namespace}/jobs`;
  #pods = (): string => `/api/v1/namespaces/${this.#options.namespace}/pods`;

  #job({ run, load, seed, durationMs }: LoadStart, homes: Readonly<Record<string, readonly string[]>>): V1Job {
    const { namespace, owner } = this.#options;
    const seconds = Math.ceil(durationMs / 1000);
    // Without mount namespaces the kubelet keeps volumes below FAULTFLIX_ROOT and expands it here.
    const ca = this.#env.FAULTFLIX_NETWORK === 'loopback' ? `$(FAULTFLIX_ROOT)${CA}` : CA;
    const env = {
      FAULTFLIX_VIEWERS: String(load.viewers),
      FAULTFLIX_DURATION: `${seconds}s`,
      FAULTFLIX_RAMP_UP: load.rampUp,
      FAULTFLIX_SEED: String(seed),
      FAULTFLIX_ROUTERS: JSON.stringify(homes),
      SSL_CERT_FILE: ca,
    };
    const meta = { 'app.kubernetes.io/name': 'load', [`${API_GROUP}/run`]: run };
    return {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name: jobName(run),
        namespace,
        labels: meta,
        ...(owner && {
          ownerReferences: [{ apiVersion: `${API_GROUP}/${API_VERSION}`, kind: 'Experiment', ...owner }],
        }),
      },
      spec: {
        backoffLimit: 0,
        // What nobody owns does not stay for ever when who made it is gone.
        ...(owner ? {} : { ttlSecondsAfterFinished: 60 }),
        activeDeadlineSeconds: seconds + 120,
        template: {
          metadata: { labels: meta },
          spec: {
            restartPolicy: 'Never',
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            terminationGracePeriodSeconds: GRACE_SECONDS,
            securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
            containers: [
              {
                name: 'load',
                image: this.#env.FAULTFLIX_LOAD_IMAGE ?? LOAD_IMAGE,
                args: ['scenarios/load/run.ts', load.script, '--stream'],
                env: Object.entries(env).map(([name, value]) => ({ name, value })),
                resources: { requests: { cpu: CPU_REQUEST, memory: '128Mi' }, limits: { memory: MEMORY_LIMIT } },
                securityContext: {
                  allowPrivilegeEscalation: false,
                  readOnlyRootFilesystem: true,
                  capabilities: { drop: ['ALL'] },
                },
                volumeMounts: [
                  { name: 'tls', mountPath: '/var/run/faultflix/tls', readOnly: true },
                  { name: 'tmp', mountPath: '/tmp' },
                ],
              },
            ],
            volumes: [
              { name: 'tls', secret: { secretName: 'viewer-ca', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
              { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
            ],
          },
        },
      },
    };
  }
}

const jobName = (run: string): string => `load-${run}`;

/**
 * Where viewers come in, by their home: what listens for callers of each region in `global`, for every region that
 * serves anything at all.
 */
async function entrances(
  http: KubeHttp,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Record<string, string[]>> {
  const [global, ...homes] = await Promise.all(
    ['global', ...regions].map((namespace) => readyEndpoints(http, namespace)),
  );
  const found: Record<string, string[]> = {};
  for (const [index, region] of regions.entries()) {
    const { name } = listener('https', region);
    const open = global!.filter((endpoint) => endpoint.ports.has(name));
    if (homes[index]!.length === 0 || open.length === 0) continue;
    found[region] = [
      ...new Set(open.map(({ ip, ports }) => `https://${reachable(ip, env)}:${ports.get(name)}`)),
    ].sort();
  }
  if (Object.keys(found).length > 0) return found;
  throw new FaultflixError('could-not-run', 'viewers have nobody to call', {
    expected: 'ready endpoints in namespace global that listen for a region, and in that region',
    received: `${global!.length} in global, ${homes.map((home, i) => `${home.length} in ${regions[i]}`).join(', ')}`,
    todo: 'kubectl get endpointslices -A',
  });
}

interface Endpoint {
  readonly ip: string;
  readonly ports: ReadonlyMap<string, number>;
}

async function readyEndpoints(http: KubeHttp, namespace: string): Promise<Endpoint[]> {
  const { items } = await http.json<{ items: V1EndpointSlice[] | null }>({
    path: `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
  });
  return (items ?? []).flatMap(({ endpoints, ports }) =>
    (endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false)
      .flatMap(({ addresses }) => addresses)
      .map((ip) => ({ ip, ports: new Map((ports ?? []).map((port) => [port.name ?? '', port.port ?? 0])) })),
  );
}
