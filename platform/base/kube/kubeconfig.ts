import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { FaultflixError } from '../errors.ts';
import type { KubeConnection } from './connection.ts';

interface Cluster {
  readonly server?: string;
  readonly 'certificate-authority'?: string;
  readonly 'certificate-authority-data'?: string;
}
interface User {
  readonly token?: string;
  readonly tokenFile?: string;
  readonly 'client-certificate'?: string;
  readonly 'client-certificate-data'?: string;
  readonly 'client-key'?: string;
  readonly 'client-key-data'?: string;
  readonly exec?: unknown;
  readonly 'auth-provider'?: unknown;
}
interface Config {
  readonly 'current-context'?: string;
  readonly contexts?: readonly { name: string; context: { cluster: string; user: string; namespace?: string } }[];
  readonly clusters?: readonly { name: string; cluster: Cluster }[];
  readonly users?: readonly { name: string; user: User }[];
}

/**
 * The connection that a kubeconfig file's current context (or `context`) describes: certificates and tokens, inline or
 * by file. Throws `bad-input` for a file that lacks the pieces, and `unsupported` for exec and auth-provider plugins.
 */
export async function kubeconfigConnection(file: string, context?: string): Promise<KubeConnection> {
  const config = await parse(file);
  const name = context ?? config['current-context'];
  const wanted = find(config.contexts, name, `${file}:contexts`, (entry) => entry.context);
  const cluster = find(config.clusters, wanted.cluster, `${file}:clusters`, (entry) => entry.cluster);
  const user = find(config.users, wanted.user, `${file}:users`, (entry) => entry.user);
  if (user.exec || user['auth-provider']) {
    throw new FaultflixError('unsupported', 'the kubeconfig asks for a credential plugin', {
      where: `${file}:users.${wanted.user}`,
      expected: 'a client certificate or a token',
      todo: 'make a kubeconfig with a token: kubectl create token NAME',
    });
  }
  if (!cluster.server) throw missing(`${file}:clusters.${wanted.cluster}`, 'server');
  const bytes = (data: string | undefined, path: string | undefined): Buffer | undefined =>
    data ? Buffer.from(data, 'base64') : path ? readFileSync(resolve(dirname(file), path)) : undefined;
  const ca = bytes(cluster['certificate-authority-data'], cluster['certificate-authority']);
  if (!ca) throw missing(`${file}:clusters.${wanted.cluster}`, 'certificate-authority-data');
  const cert = bytes(user['client-certificate-data'], user['client-certificate']);
  const key = bytes(user['client-key-data'], user['client-key']);
  const { token, tokenFile } = user;
  const asToken = tokenFile
    ? () => readFileSync(resolve(dirname(file), tokenFile), 'utf8').trim()
    : token
      ? () => token
      : undefined;
  return {
    server: cluster.server,
    ca,
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
    ...(asToken ? { token: asToken } : {}),
  };
}

async function parse(file: string): Promise<Config> {
  const text = readFileSync(file, 'utf8');
  try {
    // The YAML parser is only loaded when the file is not JSON, which is YAML too.
    return (text.trimStart().startsWith('{') ? JSON.parse(text) : (await import('yaml')).parse(text)) as Config;
  } catch (cause) {
    throw new FaultflixError('bad-input', 'not a kubeconfig', { where: file, expected: 'YAML or JSON', cause });
  }
}

function find<E extends { name: string }, T>(
  entries: readonly E[] | undefined,
  name: string | undefined,
  where: string,
  pick: (entry: E) => T,
): T {
  const entry = entries?.find((candidate) => candidate.name === name);
  if (!entry) {
    throw new FaultflixError('bad-input', 'the kubeconfig has no such entry', {
      where,
      expected: `one of: ${entries?.map((candidate) => candidate.name).join(', ') || 'none present'}`,
      received: String(name),
    });
  }
  return pick(entry);
}

const missing = (where: string, field: string) =>
  new FaultflixError('bad-input', `the kubeconfig lacks ${field}`, { where, expected: field, received: 'nothing' });
