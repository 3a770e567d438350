import { FaultflixError } from '#base/errors.ts';
import type { GrpcService, HttpsRoutes, ServiceContext } from './context.ts';

export type { Client, Endpoint, Endpoints, GrpcService, Handlers, ServerCall, ServiceContext } from './context.ts';
export { serve } from './context.ts';

export interface ServiceOptions {
  /** The Kubernetes Service's name: `catalog`. */
  readonly name: string;
  readonly grpc?: (context: ServiceContext) => readonly GrpcService[] | Promise<readonly GrpcService[]>;
  readonly https?: HttpsRoutes;
}

export interface RunningService {
  readonly context: ServiceContext;
  /** Drains and closes everything, as SIGTERM does, but leaves the process alive. */
  stop(): Promise<void>;
}

/** The story of every service's process. Resolves when the service is ready. */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  throw new FaultflixError('unsupported', `the kit cannot start ${options.name} yet`);
}
