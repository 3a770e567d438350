import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { FaultflixError } from '#base/errors.ts';
import { mounted } from '#base/mounts.ts';
import type { Endpoint, ServiceContext } from '#kit/service.ts';
import { TLS_FOLDER } from '#kit/tls.ts';
import { USAGE_PATH } from './gossip.ts';

const TIMEOUT_MS = 400;

export interface Peers {
  /** Pod addresses of the region's other gateways that are ready. */
  names(): readonly string[];
  /** Rejects when the peer did not take it in time. */
  send(peer: string, body: string, headers: Readonly<Record<string, string>>): Promise<void>;
  close(): void;
}

/**
 * The region's other gateways, each by itself: a balancer would choose one of them. Node's own client: the kit's would
 * load undici, 25 MB, for two small requests a second.
 */
export function regionPeers({ identity, env, endpoints }: ServiceContext): Peers {
  const listed = endpoints('gateway', 'https');
  let agent: Agent | undefined;
  const others = (): readonly Endpoint[] =>
    listed
      .list()
      .filter(
        ({ region, podIp, state }) => region === identity.region && podIp !== identity.podIp && state === 'ready',
      );
  let known = others();
  const stop = listed.onChange(() => {
    known = others();
  });
  return {
    names: () => known.map(({ podIp }) => podIp),
    async send(peer, body, headers) {
      const endpoint = known.find(({ podIp }) => podIp === peer);
      if (endpoint === undefined) return;
      const ca = () => readFileSync(join(mounted(TLS_FOLDER, env), 'ca.crt'), 'utf8');
      agent ??= new Agent({ keepAlive: true, maxSockets: 2, ca: ca() });
      await post({ endpoint, agent, body, headers });
    },
    close: () => {
      stop();
      agent?.destroy();
    },
  };
}

interface Posting {
  readonly endpoint: Pick<Endpoint, 'host' | 'port'>;
  readonly agent: Agent;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

function post({ endpoint: { host, port }, agent, body, headers }: Posting): Promise<void> {
  return new Promise((resolve, reject) => {
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    request({ host, port, agent, method: 'POST', path: USAGE_PATH, headers: { ...headers, ...length }, signal })
      .once('error', reject)
      .once('response', (answer) => {
        answer.resume().once('error', reject);
        answer.once('end', () => {
          if (answer.statusCode === 200) return resolve();
          reject(
            new FaultflixError('unavailable', `a peer answered ${answer.statusCode}`, { where: `${host}:${port}` }),
          );
        });
      })
      .end(body);
  });
}
