import { isIPv6 } from 'node:net';
import {
  Client,
  type ClientDuplexStream,
  connectivityState,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { FaultflixError } from '#base/errors.ts';
import { connectionDefaults } from '#kit/grpc/connection.ts';
import type { methods } from './protocol.ts';

type Method = (typeof methods)[keyof typeof methods];

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Why a member did not answer as it should, and what that means for what was asked. */
export class MemberFailure extends FaultflixError {
  /** It is certain that nothing was done: the same may be asked of another member. */
  readonly untouched: boolean;
  /** etcd's own words. */
  readonly answer: string;

  constructor(code: FaultflixError['code'], message: string, details: { untouched: boolean; cause?: unknown }) {
    super(code, message, { cause: details.cause, where: 'store' });
    this.untouched = details.untouched;
    this.answer = details.cause instanceof Error ? details.cause.message : message;
  }
}

/** One etcd member. Its connection is made at the first call and kept. */
export class EtcdMember {
  readonly where: string;
  readonly #client: Client;
  /** etcd refuses at once what it cannot do without a leader, rather than let it wait. */
  readonly #metadata: Metadata;

  constructor({ host, port }: Address, { requireLeader = true } = {}) {
    this.where = `${host}:${port}`;
    this.#metadata = new Metadata();
    if (requireLeader) this.#metadata.set('hasleader', 'true');
    const target = isIPv6(host) ? `ipv6:[${host}]:${port}` : `ipv4:${host}:${port}`;
    this.#client = new Client(target, credentials.createInsecure(), {
      ...connectionDefaults.channel,
      // etcd ends connections that ping while nothing is asked.
      'grpc.keepalive_permit_without_calls': 0,
      'grpc.default_authority': 'store',
      'grpc.max_receive_message_length': -1,
    });
  }

  /** Rejects with a MemberFailure. */
  async call<Answer>(method: Method, request: object, timeoutMs: number): Promise<Answer> {
    const deadlineMs = Date.now() + timeoutMs;
    await this.#connected(Math.min(deadlineMs, Date.now() + connectionDefaults.connectMs));
    return new Promise((resolve, reject) => {
      const done = (error: ServiceError | null, answer?: Answer) =>
        error === null ? resolve(answer as Answer) : reject(this.#failure(error));
      const { path, requestSerialize, responseDeserialize } = method;
      const options = { deadline: deadlineMs };
      const client = this.#client;
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, this.#metadata, options, done);
    });
  }

  /** Rejects with a MemberFailure when there is no connection. The stream's errors are gRPC's own. */
  async stream<Request, Answer>(method: Method): Promise<ClientDuplexStream<Request, Answer>> {
    await this.#connected(Date.now() + connectionDefaults.connectMs);
    const { path, requestSerialize, responseDeserialize } = method;
    return this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, this.#metadata, {});
  }

  close(): void {
    this.#client.close();
  }

  /** At the first failure to connect, or at the deadline, it counts as unreachable. */
  #connected(untilMs: number): Promise<void> {
    const channel = this.#client.getChannel();
    return new Promise((resolve, reject) => {
      const unreachable = (why: string) =>
        reject(new MemberFailure('unavailable', `${this.where}: ${why}`, { untouched: true }));
      const look = () => {
        const state = channel.getConnectivityState(true);
        if (state === connectivityState.READY) return resolve();
        if (state === connectivityState.SHUTDOWN) return unreachable('the client is closed');
        if (state === connectivityState.TRANSIENT_FAILURE) return unreachable('connection refused or broken');
        channel.watchConnectivityState(state, untilMs, (error) =>
          error ? unreachable('no connection in time') : look(),
        );
      };
      look();
    });
  }

  #failure(error: ServiceError): MemberFailure {
    const message = `${this.where}: ${error.details}`;
    // With `hasleader`, refused before anything is proposed: etcd, api/v3rpc/interceptor.go.
    const untouched = /no leader|not supported for learner|too many requests|learner/.test(error.details);
    const cause = error;
    if (error.code === status.DEADLINE_EXCEEDED)
      return new MemberFailure('deadline-exceeded', message, { untouched, cause });
    if (error.code === status.UNAVAILABLE || error.code === status.CANCELLED || untouched)
      return new MemberFailure('unavailable', message, { untouched, cause });
    return new MemberFailure('internal', message, { untouched: false, cause });
  }
}
