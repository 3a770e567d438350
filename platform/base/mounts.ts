import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The path at which this process finds a volume's file. On the local cluster, whose containers have no mount namespace,
 * the kubelet keeps volumes under `FAULTFLIX_ROOT`; elsewhere the variable is absent and the path is itself.
 */
export function mounted(path: string, env: Environment = process.env): string {
  return env.FAULTFLIX_ROOT ? join(env.FAULTFLIX_ROOT, path) : path;
}
