import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { FaultflixError } from '../errors.ts';
import { mounted } from '../mounts.ts';

/** How to reach an API server. `token` is asked anew for each request, since projected tokens rotate. */
export interface KubeConnection {
  readonly server: string;
  readonly ca: string | Buffer;
  readonly token?: () => string;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
}

/** Where the API has this path; the server's own path, such as Rancher's `/k8s/clusters/c-1`, stays before it. */
export const apiUrl = ({ server }: KubeConnection, path: string): URL => new URL(server.replace(/\/+$/, '') + path);

type Environment = Readonly<Record<string, string | undefined>>;

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The connection that a pod has by its service account. */
export function inClusterConnection(env: Environment = process.env): KubeConnection {
  const host = env.KUBERNETES_SERVICE_HOST;
  const port = env.KUBERNETES_SERVICE_PORT;
  if (!host || !port) {
    throw new FaultflixError('could-not-run', 'not in a pod', {
      expected: 'KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT in the environment',
      received: `${host}:${port}`,
    });
  }
  const folder = mounted(ACCOUNT, env);
  return {
    server: `https://${isIP(host) === 6 ? `[${host}]` : host}:${port}`,
    ca: readFileSync(join(folder, 'ca.crt')),
    token: () => readFileSync(join(folder, 'token'), 'utf8').trim(),
  };
}
