import { readFileSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import { Agent, buildConnector } from 'undici';
import { FaultflixError } from '#base/errors.ts';
import type { ConnectTimes } from './exchange.ts';

const DIAL_TIMEOUT_MS = 30_000; // Go's default dialer, as k6 uses it
const IDLE_MS = 90_000; // Go's http.Transport.IdleConnTimeout

export interface ConnectionOptions {
  /** File of trusted CAs, replacing the built-in ones: `SSL_CERT_FILE`, which Go (and so k6) reads too. */
  readonly caFile?: string | undefined;
  readonly insecureSkipTlsVerify: boolean;
  readonly noConnectionReuse: boolean;
}

/** One virtual user's connections: its own, as in k6, kept alive over its iterations. */
export interface Connections {
  readonly agent: Agent;
  readonly connects: ConnectTimes;
  close(): Promise<void>;
}

/** Makes connections that share one TLS context. Throws `bad-input` when the CA file cannot be read. */
export function connectionMaker(options: ConnectionOptions): () => Connections {
  const secureContext = contextOf(options.caFile);
  return () => {
    const connects = new Connects();
    const agent = new Agent({
      allowH2: false,
      connect: timed({ secureContext, rejectUnauthorized: !options.insecureSkipTlsVerify }, connects),
      pipelining: options.noConnectionReuse ? 0 : 1,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    return { agent, connects, close: () => agent.destroy() };
  };
}

function contextOf(caFile: string | undefined): SecureContext {
  if (!caFile) return createSecureContext();
  try {
    return createSecureContext({ ca: readFileSync(caFile) });
  } catch (cause) {
    throw new FaultflixError('bad-input', 'cannot read the trusted CAs', { where: `SSL_CERT_FILE=${caFile}`, cause });
  }
}

class Connects implements ConnectTimes {
  readonly #latest = new Map<string, { connectingMs: number; tlsMs: number }>();
  put(origin: string, times: { connectingMs: number; tlsMs: number }): void {
    this.#latest.set(origin, times);
  }
  take(origin: string) {
    if (this.#latest.size === 0) return undefined;
    const times = this.#latest.get(origin);
    this.#latest.delete(origin);
    return times;
  }
}

interface TlsOptions {
  readonly secureContext: SecureContext;
  readonly rejectUnauthorized: boolean;
}

/** undici's connector over a TCP connection of our own, so that TCP and TLS are timed apart. */
function timed(tls: TlsOptions, connects: Connects): buildConnector.connector {
  const plainOrTls = buildConnector({ ...tls, allowH2: false, timeout: DIAL_TIMEOUT_MS });
  return (options, callback) => {
    const startedAt = performance.now();
    const { protocol, hostname } = options;
    const port = Number(options.port || (protocol === 'https:' ? 443 : 80));
    const origin = new URL(`${protocol}//${options.host ?? `${hostname}:${port}`}`).origin;
    dial(hostname, port, (error, socket) => {
      if (error) return callback(error, null);
      const connectedAt = performance.now();
      const connectingMs = connectedAt - startedAt;
      if (protocol !== 'https:') {
        connects.put(origin, { connectingMs, tlsMs: 0 });
        return callback(null, socket);
      }
      plainOrTls({ ...options, httpSocket: socket }, (...outcome) => {
        if (outcome[0] === null) connects.put(origin, { connectingMs, tlsMs: performance.now() - connectedAt });
        else socket.destroy();
        callback(...outcome);
      });
    });
  };
}

type Dialled = (...outcome: [null, Socket] | [Error, null]) => void;

function dial(host: string, port: number, callback: Dialled): void {
  const socket = connectTcp({ host, port, noDelay: true, keepAlive: true });
  const end = (error: Error) => {
    socket.destroy();
    socket.removeAllListeners();
    socket.on('error', () => undefined);
    callback(error, null);
  };
  socket.setTimeout(DIAL_TIMEOUT_MS, () => end(Object.assign(new Error('dial timed out'), { code: 'ETIMEDOUT' })));
  socket.once('error', end);
  socket.once('connect', () => {
    socket.setTimeout(0);
    socket.removeAllListeners('timeout');
    socket.removeListener('error', end);
    callback(null, socket);
  });
}
