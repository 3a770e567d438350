import { Agent, request } from 'node:https';
import { FaultflixError } from '#base/errors.ts';
import type { Current } from '#kit/mtls/certificates.ts';
import { isPeer } from '#kit/mtls/server-check.ts';
import type { Endpoint, ServiceContext } from '#kit/service.ts';
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
export function regionPeers({
  identity,
  endpoints,
  certificates,
}: Pick<ServiceContext, 'identity' | 'endpoints' | 'certificates'>): Peers {
  const listed = endpoints('gateway', 'https');
  let made: { readonly by: Current; readonly agent: Agent } | undefined;
  const checkServerIdentity = isPeer({ service: identity.service, region: identity.region });
  const agentNow = (): Agent => {
    const by = certificates.current;
    // What an older one has out ends by itself.
    if (made?.by !== by) {
      const { context: secureContext } = by;
      const options = { keepAlive: true, maxSockets: 2, secureContext, checkServerIdentity };
      made = { by, agent: new Agent(options) };
    }
    return made.agent;
  };
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
      await post({ endpoint, agent: agentNow(), body, headers });
    },
    close: () => {
      stop();
      made?.agent.destroy();
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
