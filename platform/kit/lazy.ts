import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * What not every service uses is loaded when it is asked for, and at once, since `context.client()` answers at once:
 * gRPC takes 60 ms and 20 MB, Fastify 55 ms and 22 MB, undici 70 ms and 25 MB.
 */
export const lazy = {
  grpcClient: () => require('./grpc/client.ts') as typeof import('./grpc/client.ts'),
  grpcConnection: () => require('./grpc/connection.ts') as typeof import('./grpc/connection.ts'),
  grpcServer: () => require('./grpc/server.ts') as typeof import('./grpc/server.ts'),
  httpsClient: () => require('./http/client.ts') as typeof import('./http/client.ts'),
  httpsConnection: () => require('./http/connection.ts') as typeof import('./http/connection.ts'),
  httpsServer: () => require('./http/server.ts') as typeof import('./http/server.ts'),
} as const;
