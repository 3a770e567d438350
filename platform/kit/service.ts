import { reachable } from '#base/address.ts';
import { systemClock } from '#base/clock.ts';
import { asFaultflixError, exitCodeOf } from '#base/errors.ts';
import { inClusterConnection } from '#base/kube/connection.ts';
import { KubeHttp } from '#base/kube/http.ts';
import { type Door, innerPorts, places } from '#base/names.ts';
import { seededRng } from '#base/rng.ts';
import { Callees } from './callees.ts';
import type { ServiceContext } from './context.ts';
import { Directory } from './discovery/directory.ts';
import { watchGuards } from './guard-watch.ts';
import { readIdentity } from './identity.ts';
import { die, lifecycleDefaults, stopGently, superviseProcess } from './lifecycle.ts';
import { createLog } from './log.ts';
import { Mesh } from './mesh/mesh.ts';
import { wantedProxies } from './mesh/wanted.ts';
import { createMetrics } from './metrics.ts';
import { Certificates } from './mtls/certificates.ts';
import { opsServer } from './ops-server.ts';
import { withFallback } from './resilience/fallback.ts';
import { SwitchableGuards } from './resilience/guards.ts';
import { seldom } from './seldom.ts';
import { type ServerOptions, type Surroundings, startServers } from './servers.ts';
import { FLUSH_MS, spanExport } from './tracing/export.ts';
import { SpanRing } from './tracing/spans.ts';

export type {
  Client,
  Endpoint,
  Endpoints,
  GrpcService,
  Handlers,
  HttpsClient,
  ServerCall,
  ServiceContext,
} from './context.ts';
export { serve } from './context.ts';

export type ServiceOptions = ServerOptions;

export interface RunningService {
  readonly context: ServiceContext;
  /** Drains and closes everything, as SIGTERM does, but leaves the process alive. */
  stop(): Promise<void>;
}

/** The story of every service's process. Resolves when the service is ready; ends the process when it cannot be. */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const { env } = process;
  const identity = identityOrEnd(options.name);
  const log = createLog({ identity, level: env.FAULTFLIX_LOG_LEVEL });
  try {
    const service = await start(options, { identity, log, env, clock: systemClock });
    superviseProcess({ stop: service.stop, log });
    log.info({ startedInMs: Math.round(performance.now()) }, 'ready');
    return service;
  } catch (thrown) {
    die(log, thrown, `${options.name} could not start`);
  }
}

/** Whose log it would be is not known without an identity: what is wrong with it goes to stderr as it is. */
function identityOrEnd(name: string) {
  try {
    return readIdentity(name, process.env);
  } catch (thrown) {
    const error = asFaultflixError(thrown);
    console.error(JSON.stringify(error));
    process.exit(exitCodeOf(error));
  }
}

async function start(options: ServiceOptions, surroundings: Surroundings): Promise<RunningService> {
  const { identity, log, env, clock } = surroundings;
  const host = reachable(identity.podIp, env);
  const ending = new AbortController();
  const onShutdown: (() => void | Promise<void>)[] = [];
  const metrics = createMetrics({ defaults: true });
  const guards = new SwitchableGuards();

  const exported = await spanExport(surroundings, metrics);
  const spans = new SpanRing({ also: exported ? [exported] : [] });
  const waiting = new Set<string>(['start']);
  const ops = await opsServer({
    host,
    port: innerPorts.ops,
    registry: metrics.registry,
    waitingFor: () => [...waiting],
    spans,
  });

  const http = new KubeHttp(inClusterConnection(env));
  const watching = new AbortController();
  const tell = seldom(clock);
  const watch = { http, clock, signal: watching.signal };
  const directory = new Directory({
    ...watch,
    namespaces: places,
    env,
    onTrouble: (namespace, why, retryInMs) =>
      log[tell() ? 'warn' : 'debug']({ namespace, why, retryInMs }, 'endpoints cannot be watched: the last known stay'),
  });
  const guardsWatched = watchGuards({ ...watch, namespace: identity.region, guards, log });
  // A watch ends by itself only when our own code failed in it: then nothing that is known can be trusted.
  for (const watched of [directory.done, guardsWatched]) watched.catch((thrown) => die(log, thrown, 'a watch failed'));

  const rng = seededRng(`${identity.podUid}/${clock.now()}`);
  const certificates = await Certificates.start({
    service: options.name,
    region: identity.region,
    addresses: [host, identity.podIp],
    ...{ env, clock, log, metrics, signal: watching.signal },
  });
  const callees = new Callees({ identity, metrics, log, guards, clock, rng, directory, trust: certificates, spans });
  const fallbacks = metrics.counter({ name: 'fallbacks_total', help: 'Lesser answers given', labels: ['name'] });
  const context: ServiceContext = {
    identity,
    log,
    metrics,
    guards,
    clock,
    rng,
    env,
    ending: ending.signal,
    certificates,
    client: (contract) => callees.client(contract),
    https: (service) => callees.https(service),
    endpoints: (service, protocol, where) => callees.endpoints(service, protocol, where),
    withFallback: (call) => withFallback({ ...call, guards, onFallback: (name) => fallbacks.inc({ name }) }),
    onShutdown: (close) => onShutdown.unshift(close),
  };

  const servers = await startServers(options, { ...surroundings, context, host, spans, certificates });
  const mesh = startMesh({ ...surroundings, host, doors: servers.doors, signal: watching.signal, waiting });
  await Promise.all([mesh.standing, directory.known, servers.standing]);
  waiting.delete('start');

  const stop = () =>
    stopGently(
      {
        leave: () => {
          waiting.add('ending');
          ending.abort();
          servers.leave();
        },
        drain: (graceMs) => servers.close(graceMs),
        close: [
          ...onShutdown,
          () => callees.close(),
          () => exported?.close(FLUSH_MS),
          async () => {
            watching.abort();
            await Promise.all([mesh.done, directory.done, guardsWatched, certificates.done]);
          },
          () => http.close(),
          () => ops.close(),
        ],
      },
      { clock, log, ...lifecycleDefaults },
    );
  return { context, stop };
}

interface MeshSurroundings extends Surroundings {
  readonly host: string;
  readonly doors: readonly Door[];
  readonly signal: AbortSignal;
  readonly waiting: Set<string>;
}

/** Without a sidecar (`FAULTFLIX_MESH=off`) there is nothing to stand. */
function startMesh(surroundings: MeshSurroundings): Pick<Mesh, 'standing' | 'done'> {
  const { host, doors, identity, clock, log, signal, waiting, env } = surroundings;
  if (env.FAULTFLIX_MESH === 'off') return { standing: Promise.resolve(), done: Promise.resolve() };
  const wanted = wantedProxies({ host, place: identity.region, doors });
  const onChange = (stands: boolean) => void (stands ? waiting.delete('mesh') : waiting.add('mesh'));
  return new Mesh({ host, wanted, clock, log, signal, onChange });
}
