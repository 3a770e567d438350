import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { type Door, innerPorts, type Protocol } from '#base/names.ts';
import { grpcCallers, httpsCallers } from '#contracts/callers.ts';
import { Admission } from './admission.ts';
import type { GrpcService, HttpsRoutes, Identity, ServiceContext } from './context.ts';
import { type FaultSeam, faultSeam } from './fault-seam.ts';
import { lazy } from './lazy.ts';
import type { Certificates } from './mtls/certificates.ts';
import { refusals } from './mtls/refusals.ts';
import type { SpanSink } from './tracing/spans.ts';

/** What a process finds around it. */
export interface Surroundings {
  readonly identity: Identity;
  readonly log: Logger;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly spans?: SpanSink | undefined;
}

export interface ServerOptions {
  /** The Kubernetes Service's name: `catalog`. */
  readonly name: string;
  readonly grpc?: (context: ServiceContext) => readonly GrpcService[] | Promise<readonly GrpcService[]>;
  readonly https?: HttpsRoutes;
  /** What the kit does not speak itself, on its inner port: its sidecar stands before it as before the others. */
  readonly other?: readonly OtherServer[];
}

export interface OtherServer {
  readonly door: Exclude<Door, 'grpc' | 'https'>;
  start(context: ServiceContext, listen: { readonly host: string; readonly port: number }): Promise<OtherRunning>;
}

export interface RunningServer {
  /** New work should go elsewhere; what comes is still served. */
  leave(): void;
  close(graceMs: number): Promise<void>;
}

/** `standing`: until then the pod is not ready, though its sidecar stands already. */
export type OtherRunning = RunningServer & { readonly standing?: Promise<void> };

export interface Servers {
  /** Resolves when all that is served can be. */
  readonly standing: Promise<unknown>;
  readonly doors: readonly Door[];
  leave(): void;
  close(graceMs: number): Promise<void>;
}

type ServerSurroundings = Surroundings & {
  readonly context: ServiceContext;
  readonly host: string;
  readonly certificates: Certificates;
};

/** Starts what the service serves by, each on its inner port. */
export async function startServers(options: ServerOptions, surroundings: ServerSurroundings): Promise<Servers> {
  const { context, clock, log, env, host, spans, certificates } = surroundings;
  const admission = new Admission({ guards: context.guards, clock, metrics: context.metrics });
  const seam: FaultSeam = faultSeam({ enabled: env.FAULTFLIX_FAULT_SEAM === 'on', clock });
  const common = { host, admission, seam, clock, log, spans };
  const refuse = (protocol: Protocol) => refusals({ protocol, metrics: context.metrics, log, clock });
  const started: (RunningServer & { readonly door: Door })[] = [];
  if (options.grpc) {
    const services = await options.grpc(context);
    const server = await lazy.grpcServer().grpcServer({
      ...common,
      port: innerPorts.grpc,
      services,
      guarded: { certificates, callers: grpcCallers[options.name] ?? [], refuse: refuse('grpc') },
    });
    started.push({ door: 'grpc', ...server });
  }
  if (options.https) {
    const { name: service, https } = options;
    const callers = httpsCallers[service];
    const server = await lazy.httpsServer().httpsServer({
      ...common,
      service,
      port: innerPorts.https,
      leaf: certificates.current.leaf,
      ...(callers ? { guarded: { ca: certificates.current.ca, callers, refuse: refuse('https') } } : {}),
      routes: (app) => https(app, context),
    });
    started.push({ door: 'https', ...server });
    certificates.onChange(({ leaf, ca }) => server.renew(leaf, ca));
  }
  const stands: Promise<void>[] = [];
  for (const { door, start } of options.other ?? []) {
    const server = await start(context, { host, port: innerPorts[door] });
    if (server.standing) stands.push(server.standing);
    started.push({ door, leave: () => server.leave(), close: (graceMs) => server.close(graceMs) });
  }
  return {
    standing: Promise.all(stands),
    doors: started.map(({ door }) => door),
    leave: () => {
      for (const server of started) server.leave();
    },
    close: async (graceMs) => {
      await Promise.all(started.map((server) => server.close(graceMs)));
    },
  };
}
