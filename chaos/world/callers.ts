import { Agent, request } from 'node:http';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { createConnection, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { reachable } from '#base/address.ts';
import { innerPorts, listener, type Protocol, places, protocols } from '#base/names.ts';
import type { Target } from './target.ts';
import type { Callers, RoundTrip } from './world.ts';

export interface CallersOptions {
  /** The cluster's CA, and what this process shows to services, who serve nobody else. */
  readonly tls: () => CallerTls;
  /** Where a pod is reached; tests have their own. */
  readonly hostOf?: (ip: string) => string;
  /** The port of a listener by its name, and of `ops`; tests have their own. */
  readonly portOf?: (listener: string) => number | undefined;
}

export interface CallerTls {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
}

/** A connection that asks something small and says how long the answer took. */
interface Probe {
  /** How long the exchange took that opened it, when that was one round trip. */
  readonly openedMs?: number;
  roundTripMs(): Promise<number>;
  close(): void;
}

/** Beyond this an answer counts as none: the longest fault that is measured stays well below. */
const TIMEOUT_MS = 15_000;
/** One slower than this is believed after two rounds. */
const QUICK_MS = 50;
const RECONNECT_MS = 50;

/** Measures from the caller's side: this process, through the listener that callers use. */
export class SocketCallers implements Callers {
  readonly #options: Required<CallersOptions>;
  readonly #held = new Map<string, Probe>();
  readonly #lines = new Map<string, Line>();

  constructor(options: CallersOptions) {
    this.#options = { hostOf: (ip) => reachable(ip), portOf: portOfListener, ...options };
  }

  /** Opens what is held until `release`: a line to the process itself, and a connection through each listener. */
  async hold(target: Target, listeners: readonly string[]): Promise<void> {
    if (!this.#lines.has(target.uid)) {
      this.#lines.set(target.uid, openLine(this.#options.hostOf(target.ip), this.#options.portOf('ops')!));
    }
    await Promise.all([
      this.#lines.get(target.uid)!.opened,
      ...listeners.map(async (name) => {
        const key = `${target.uid} ${name}`;
        if (this.#held.has(key)) return;
        const probe = await this.#open(target, name).catch(() => undefined);
        // Toxiproxy accepts for anyone: only what answers once is a connection to the target.
        if (probe && (await least(probe, 1)) !== undefined) this.#held.set(key, probe);
        else probe?.close();
      }),
    ]);
  }

  /**
   * Before a fault more rounds are taken than after: what makes the former longer would hide the fault, and what makes
   * the latter longer is shown by none but this process's own delay, on two connections at once.
   */
  async roundTrip(target: Target, name: string, rounds = 1): Promise<RoundTrip> {
    const held = this.#held.get(`${target.uid} ${name}`);
    const [freshMs, heldMs] = await Promise.all([
      this.#fresh(target, name, rounds),
      held && least({ roundTripMs: () => held.roundTripMs(), close: () => undefined }, rounds),
    ]);
    return { ...(freshMs === undefined ? {} : { freshMs }), ...(heldMs === undefined ? {} : { heldMs }) };
  }

  async severed({ uid, ip }: Pick<Target, 'uid' | 'ip'>, timeoutMs: number): Promise<boolean> {
    const signal = AbortSignal.timeout(timeoutMs);
    const line = this.#lines.get(uid);
    const host = this.#options.hostOf(ip);
    const port = this.#options.portOf('ops')!;
    // Where the network drops packets of a pod that is gone, the line hangs and only a new connection shows it.
    const results = [refused(host, port, signal), ...(line ? [line.closed(signal)] : [])];
    return Promise.any(results.map((result) => result.then((is) => is || Promise.reject(new Error('not yet'))))).catch(
      () => false,
    );
  }

  release(uids: readonly string[]): void {
    for (const uid of uids) {
      this.#lines.get(uid)?.end();
      this.#lines.delete(uid);
      for (const [key, probe] of this.#held) {
        if (!key.startsWith(`${uid} `)) continue;
        probe.close();
        this.#held.delete(key);
      }
    }
  }

  async #fresh(target: Target, name: string, rounds: number): Promise<number | undefined> {
    const probe = await this.#open(target, name).catch(() => undefined);
    if (!probe) return undefined;
    try {
      return await least(probe, rounds);
    } finally {
      probe.close();
    }
  }

  async #open(target: Target, name: string): Promise<Probe> {
    const host = this.#options.hostOf(target.ip);
    const port = this.#options.portOf(name);
    if (port === undefined) throw new Error(`no listener ${name}`);
    const protocol = name.split('-from-')[0] as Protocol;
    return protocol === 'grpc' ? openPing(host, port, this.#options.tls()) : openHttps(host, port, this.#options.tls());
  }
}

function portOfListener(name: string): number | undefined {
  if (name === 'ops') return innerPorts.ops;
  for (const protocol of protocols) {
    for (const place of places) {
      const known = listener(protocol, place);
      if (known.name === name) return known.port;
    }
  }
  return undefined;
}

/** The least of a few round trips: a busy host makes them longer, never shorter. */
async function least(probe: Probe, rounds: number): Promise<number | undefined> {
  let best = probe.openedMs;
  for (let n = best === undefined ? 0 : 1; n < rounds; n++) {
    const ms = await probe.roundTripMs().catch(() => undefined);
    if (ms === undefined) break;
    best = Math.min(best ?? ms, ms);
    if (n >= 1 && best > QUICK_MS) break;
  }
  return best === undefined ? undefined : Math.round(best * 100) / 100;
}

/** HTTP/2 PING over TLS: any gRPC server answers it to a caller of ours, and nothing of the service is called. */
async function openPing(host: string, port: number, tls: CallerTls): Promise<Probe> {
  const session = await new Promise<ClientHttp2Session>((resolve, reject) => {
    const opening = connectHttp2(`https://${host}:${port}`, { ...tls, minVersion: 'TLSv1.3' });
    opening.once('error', reject);
    opening.once('close', () => reject(new Error('closed')));
    opening.once('connect', () => resolve(opening));
    opening.setTimeout(TIMEOUT_MS, () => opening.destroy(new Error('no answer')));
  });
  session.on('error', () => undefined);
  session.setTimeout(0);
  return {
    roundTripMs: () =>
      new Promise((resolve, reject) => {
        const end = (error: Error | undefined, ms = 0) => {
          clearTimeout(timer);
          session.off('close', lost);
          if (error) reject(error);
          else resolve(ms);
        };
        const lost = () => end(new Error('closed'));
        const timer = setTimeout(() => end(new Error('no answer')), TIMEOUT_MS);
        session.once('close', lost);
        if (session.destroyed || !session.ping((error, ms) => end(error ?? undefined, ms))) lost();
      }),
    close: () => session.destroy(),
  };
}

/**
 * TLS 1.3, whose handshake is one round trip, and then requests on the connection that it opened; any answer counts,
 * whatever its status.
 */
async function openHttps(host: string, port: number, tls: CallerTls): Promise<Probe> {
  const { socket, openedMs } = await new Promise<{ socket: TLSSocket; openedMs: number }>((resolve, reject) => {
    let startedMs = performance.now();
    const opening = connectTls({ host, port, minVersion: 'TLSv1.3', ...tls });
    opening.once('connect', () => {
      startedMs = performance.now();
    });
    opening.once('secureConnect', () => resolve({ socket: opening, openedMs: performance.now() - startedMs }));
    opening.once('error', reject);
    opening.setTimeout(TIMEOUT_MS, () => opening.destroy(new Error('no answer')));
  });
  socket.on('error', () => undefined);
  socket.setTimeout(0);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  Object.assign(agent, { createConnection: () => socket });
  return {
    openedMs,
    roundTripMs: () =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error('closed'));
        const startedMs = performance.now();
        const sent = request({ host, port, path: '/healthz', agent, timeout: TIMEOUT_MS }, (response) => {
          response.once('error', reject);
          response.once('end', () => resolve(performance.now() - startedMs));
          response.resume();
        });
        sent.once('timeout', () => sent.destroy(new Error('no answer')));
        sent.once('error', reject);
        sent.end();
      }),
    close: () => {
      agent.destroy();
      socket.destroy();
    },
  };
}

/** A connection to the process itself, beside its sidecar: its end is the process's end. */
interface Line {
  readonly opened: Promise<void>;
  closed(signal: AbortSignal): Promise<boolean>;
  end(): void;
}

function openLine(host: string, port: number): Line {
  const socket: Socket = createConnection({ host, port });
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<boolean>();
  let everOpen = false;
  socket.once('connect', () => {
    everOpen = true;
    // Half a request keeps the server from closing an idle connection for as long as its header timeout.
    socket.write('GET /healthz HTTP/1.1\r\nHost: line\r\n');
    opened.resolve();
  });
  let why: string | undefined;
  socket.on('error', ({ code }: NodeJS.ErrnoException) => {
    why = code;
  });
  socket.once('close', () => {
    opened.resolve();
    // A line that never opened proves nothing by being closed, nor does one whose other end fell silent.
    closed.resolve(everOpen && why !== 'ETIMEDOUT');
  });
  socket.once('end', () => socket.destroy());
  socket.resume();
  return {
    opened: opened.promise,
    closed: (signal) =>
      Promise.race([
        closed.promise,
        new Promise<boolean>((resolve) => {
          if (signal.aborted) resolve(false);
          signal.addEventListener('abort', () => resolve(false), { once: true });
        }),
      ]),
    end: () => socket.destroy(),
  };
}

/**
 * What says that nobody is at an address: its host refuses, or its network knows no such host any more. Anything else (a
 * wall that drops, too many open files here) says nothing about the process.
 */
const NOBODY = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ECONNRESET']);

/** Tries to connect until nobody is there, or the signal aborts. */
async function refused(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const there = await new Promise<boolean>((resolve) => {
      const socket = createConnection({ host, port, signal });
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(!NOBODY.has(code ?? '')));
    });
    if (signal.aborted) return false;
    if (!there) return true;
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
  }
  return false;
}
