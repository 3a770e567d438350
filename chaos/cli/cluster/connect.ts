/** A kubeconfig as a connection. Loads the Kubernetes client only here: it costs a third of a second. */

import { readFile } from 'node:fs/promises';
import type { Agent, RequestOptions } from 'node:https';
import { type Clock, systemClock } from '#base/clock.ts';
import { FaultflixError, messageOf } from '#base/errors.ts';
import type { KubeConnection } from '#base/kube/connection.ts';
import { KubeHttp } from '#base/kube/http.ts';
import { type Exec, execOver } from './exec.ts';

export interface ClusterAddress {
  readonly kubeconfig: string;
  /** The kubeconfig's current context unless told. */
  readonly context?: string | undefined;
  /** A local cluster of this name; undefined for a cluster of the user's own. */
  readonly localName?: string | undefined;
}

export interface Cluster extends ClusterAddress {
  readonly http: KubeHttp;
  readonly exec: Exec;
  readonly server: string;
  close(): void;
}

/** Tokens of cloud clusters live for minutes; a run may be longer. */
const REFRESH_MS = 60_000;

export async function connect(address: ClusterAddress, clock: Clock = systemClock): Promise<Cluster> {
  const { kubeconfig, context } = address;
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  const bad = (message: string, details: { expected?: string; cause?: unknown; todo?: string }) =>
    new FaultflixError('bad-input', message, {
      where: kubeconfig,
      todo: 'give another with --kubeconfig FILE',
      ...details,
    });
  const source = await readFile(kubeconfig, 'utf8').catch((cause: unknown) => {
    throw bad('the kubeconfig cannot be read', { cause });
  });
  try {
    config.loadFromString(source);
  } catch (cause) {
    throw bad('not a kubeconfig', { cause });
  }
  const contexts = config.getContexts().map(({ name }) => name);
  if (context !== undefined) {
    if (!contexts.includes(context)) {
      const expected = `one of ${contexts.join(', ')}`;
      throw bad(`no context ${context}`, { expected, todo: 'name one of them with --context' });
    }
    config.setCurrentContext(context);
  }
  const cluster = config.getCurrentCluster();
  if (!cluster)
    throw bad('the kubeconfig has no current context', { expected: `--context, one of ${contexts.join(', ')}` });
  const read = async () => {
    const options: RequestOptions & { agent?: Agent } = {};
    await config.applyToHTTPSOptions(options);
    return options;
  };
  const first = await read();
  let token = bearerOf(first);
  const ended = new AbortController();
  const connection: KubeConnection = {
    server: cluster.server,
    ca: caOf(cluster.caData, first),
    ...(first.cert ? { cert: first.cert as string | Buffer } : {}),
    ...(first.key ? { key: first.key as string | Buffer } : {}),
    ...(token ? { token: () => token as string } : {}),
  };
  if (token) void keepFresh();
  const http = new KubeHttp(connection);
  return {
    ...address,
    http,
    exec: execOver(connection),
    server: cluster.server,
    close() {
      ended.abort();
      http.close();
    },
  };

  async function keepFresh(): Promise<void> {
    while (!ended.signal.aborted) {
      await clock.sleep(REFRESH_MS, ended.signal).catch(() => undefined);
      if (ended.signal.aborted) return;
      // The old token stays; when it has run out, the API's 401 says so.
      token = await read().then(bearerOf, () => token);
    }
  }
}

function bearerOf({ headers }: RequestOptions): string | undefined {
  const header = (headers as Record<string, string> | undefined)?.Authorization;
  return header?.startsWith('Bearer ') ? header.slice('Bearer '.length) : undefined;
}

function caOf(caData: string | undefined, { ca, agent }: RequestOptions): string | Buffer {
  if (caData) return Buffer.from(caData, 'base64');
  const given = ca ?? (agent as Agent | undefined)?.options?.ca;
  if (typeof given === 'string' || Buffer.isBuffer(given)) return given;
  throw new FaultflixError('unsupported', 'the kubeconfig gives no certificate authority for its server', {
    expected: 'certificate-authority or certificate-authority-data',
    todo: 'add the authority; a server that is not checked is not used',
  });
}

/** Asks the API for its version: an answer, or an error that says what to do. */
export async function versionOf({ http, server, localName }: Cluster): Promise<string> {
  try {
    return (await http.json<{ gitVersion: string }>({ path: '/version' })).gitVersion;
  } catch (cause) {
    throw new FaultflixError('could-not-run', 'the cluster does not answer', {
      where: server,
      received: messageOf(cause),
      todo: localName ? '`faultflix down`, then `npm start`' : 'is it up, and is the kubeconfig the right one?',
      cause,
    });
  }
}
