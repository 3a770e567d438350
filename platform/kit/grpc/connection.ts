import { isIPv6 } from 'node:net';
import {
  type CallOptions,
  type ChannelCredentials,
  type ChannelOptions,
  Client,
  connectivityState,
  credentials,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js';
import { service as health } from 'grpc-health-check';
import { FaultflixError, messageOf } from '#base/errors.ts';
import type { Endpoint } from '../context.ts';
import type { Certificates } from '../mtls/certificates.ts';
import { PeerChannelCredentials } from '../mtls/channel-credentials.ts';
import type { Connection } from '../pipeline/connection.ts';
import { CallFailure } from '../resilience/call-failure.ts';
import type { AnyMethod } from './proto.ts';
import { toFailure } from './status.ts';

export const connectionDefaults = {
  /** Longest wait for a connection before the endpoint counts as unreachable: four round trips to the farthest region. */
  connectMs: 1_000,
  channel: {
    // A half-open connection is noticed in 5 s + 2 s; grpc-js servers allow pings that often.
    'grpc.keepalive_time_ms': 5_000,
    'grpc.keepalive_timeout_ms': 2_000,
    'grpc.keepalive_permit_without_calls': 1,
    // A pod is born again in about a second: trying seldom would keep a good one out.
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 1_000,
    // The pipeline decides what is tried again and where.
    'grpc.enable_retries': 0,
    'grpc.service_config_disable_resolution': 1,
    'grpc.use_local_subchannel_pool': 1,
    'grpc.enable_channelz': 0,
    'grpc.enable_http_proxy': 0,
    'grpc.client_idle_timeout_ms': 2 ** 31 - 1,
  } satisfies ChannelOptions,
} as const;

export interface UnaryCall {
  readonly method: AnyMethod;
  readonly request: unknown;
  readonly metadata: Metadata;
  readonly deadlineAtMs: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** One channel to one endpoint, kept connected. */
export class GrpcConnection implements Connection {
  readonly #client: Client;
  readonly where: string;
  #state: connectivityState = connectivityState.IDLE;
  #outstanding = 0;
  #retired = false;
  #closed = false;
  readonly #waiting = new Set<() => void>();
  /** Why the newest handshake failed. */
  #handshake: Error | undefined;

  /** Without certificates it speaks plaintext, which no pod answers: for benches, and tests of what is above. */
  constructor(endpoint: Endpoint, certificates?: Certificates) {
    const { service, host, port } = endpoint;
    this.where = `${service} at ${host}:${port}`;
    const target = isIPv6(host) ? `ipv6:[${host}]:${port}` : `ipv4:${host}:${port}`;
    this.#client = new Client(target, this.#credentials(endpoint, certificates), {
      ...connectionDefaults.channel,
      'grpc.default_authority': service,
    });
    this.#follow();
  }

  #credentials({ service, region }: Endpoint, certificates: Certificates | undefined): ChannelCredentials {
    if (certificates === undefined) return credentials.createInsecure();
    return new PeerChannelCredentials(certificates, { service, region }, (why) => {
      this.#handshake = why;
    });
  }

  get ready(): boolean {
    return this.#state === connectivityState.READY;
  }

  async unary(call: UnaryCall): Promise<unknown> {
    this.#outstanding += 1;
    try {
      if (!this.ready) await this.#connected(call.deadlineAtMs, call.signal);
      return await this.#send(call);
    } finally {
      this.#outstanding -= 1;
      if (this.#retired && this.#outstanding === 0) this.#close();
    }
  }

  async probe(signal: AbortSignal): Promise<void> {
    const { Check } = health;
    const answer = await this.unary({
      method: Check as AnyMethod,
      request: { service: '' },
      metadata: new Metadata(),
      deadlineAtMs: Date.now() + connectionDefaults.connectMs,
      signal,
    });
    const { status } = answer as { status: string };
    if (status !== 'SERVING') throw new FaultflixError('unavailable', `${this.where} says ${status}`);
  }

  retire(): void {
    this.#retired = true;
    if (this.#outstanding === 0) this.#close();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#client.close();
    for (const tell of this.#waiting) tell();
  }

  #send({ method, request, metadata, deadlineAtMs, signal }: UnaryCall): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const options: CallOptions = deadlineAtMs === undefined ? {} : { deadline: deadlineAtMs };
      const done = (error: ServiceError | null, answer?: unknown) => {
        if (signal) signal.removeEventListener('abort', cancel);
        if (error === null) resolve(answer);
        else
          reject(toFailure(error, { where: `${method.path} of ${this.where}`, cancelled: signal?.aborted ?? false }));
      };
      const { path, requestSerialize, responseDeserialize } = method;
      const sent = this.#client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        metadata,
        options,
        done,
      );
      const cancel = () => sent.cancel();
      if (signal?.aborted) cancel();
      else signal?.addEventListener('abort', cancel, { once: true });
    });
  }

  /** Keeps `#state` true and the channel out of idleness, until closed. */
  #follow(): void {
    const channel = this.#client.getChannel();
    this.#state = channel.getConnectivityState(true);
    for (const tell of [...this.#waiting]) tell();
    channel.watchConnectivityState(this.#state, Number.POSITIVE_INFINITY, (error) => {
      if (error === undefined && !this.#closed) this.#follow();
    });
  }

  /** Resolves when connected; rejects at the first failure to connect, and when it takes too long. */
  #connected(deadlineAtMs: number | undefined, signal: AbortSignal | undefined): Promise<void> {
    const waitMs = Math.min(connectionDefaults.connectMs, (deadlineAtMs ?? Number.POSITIVE_INFINITY) - Date.now());
    return new Promise((resolve, reject) => {
      const settle = (failure?: CallFailure) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        signal?.removeEventListener('abort', cancelled);
        if (failure) reject(failure);
        else resolve();
      };
      const look = () => {
        if (this.#closed) settle(this.#unreachable('the endpoint is gone'));
        else if (this.ready) settle();
        else if (this.#state === connectivityState.TRANSIENT_FAILURE)
          settle(this.#unreachable(this.#handshake ? messageOf(this.#handshake) : 'connection refused or broken'));
      };
      const cancelled = () => settle(new CallFailure('cancelled', { kind: 'cancelled', code: 'cancelled' }));
      // Who had less time than a connection may take learns nothing about the endpoint.
      const kind = waitMs < connectionDefaults.connectMs ? 'timeout' : 'connect';
      const timer = setTimeout(
        () => settle(this.#unreachable(`no connection in ${Math.round(waitMs)} ms`, kind)),
        waitMs,
      );
      this.#waiting.add(look);
      signal?.addEventListener('abort', cancelled, { once: true });
      if (signal?.aborted) cancelled();
      else look();
    });
  }

  #unreachable(why: string, kind: 'connect' | 'timeout' = 'connect'): CallFailure {
    const code = kind === 'connect' ? 'unavailable' : 'deadline-exceeded';
    const cause = this.#handshake;
    return new CallFailure(`${this.where}: ${why}`, { kind, code, where: this.where, ...(cause ? { cause } : {}) });
  }
}
