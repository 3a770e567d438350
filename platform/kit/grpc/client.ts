import { Metadata } from '@grpc/grpc-js';
import type { Clock } from '#base/clock.ts';
import type { Contract } from '#contracts/contract.ts';
import type { CallOptions, Client } from '../context.ts';
import type { Callee } from '../pipeline/callee.ts';
import type { CalleeReporter } from '../pipeline/reporter.ts';
import { freshContext, headerNames, newSpanId, wireContext } from '../propagation.ts';
import { currentRequest, type RequestContext } from '../request-context.ts';
import { HedgeDelay } from '../resilience/hedging.ts';
import { recordAttempt } from '../tracing/record.ts';
import type { SpanSink } from '../tracing/spans.ts';
import type { GrpcConnection } from './connection.ts';
import { type LoadedMethod, loadMethods } from './proto.ts';

export interface GrpcClientOptions<Definition> {
  readonly contract: Contract<Definition>;
  readonly callee: Callee<GrpcConnection>;
  readonly reporter: CalleeReporter;
  readonly clock: Clock;
  readonly spans?: SpanSink | undefined;
}

type Invoke = (request: unknown, options?: CallOptions) => Promise<unknown>;

/** A client whose methods are those of the contract, each through the whole pipeline. */
export function grpcClient<Definition>(options: GrpcClientOptions<Definition>): Client<Definition> {
  const methods = loadMethods(options.contract);
  return Object.fromEntries(methods.map((method) => [method.name, invoker(options, method)])) as Client<Definition>;
}

function invoker<Definition>(client: GrpcClientOptions<Definition>, { name, definition }: LoadedMethod): Invoke {
  const { contract, callee, clock, spans } = client;
  const reporter = client.reporter.method(name);
  const idempotent = contract.idempotent.has(name);
  const hedge = contract.reads.has(name) ? new HedgeDelay() : undefined;
  return (request, options = {}) => {
    const { idempotencyKey, timeoutMs, prefer, signal } = options;
    const context = callContext(options);
    const call = { reporter, repeatable: idempotent || idempotencyKey !== undefined, timeoutMs, prefer, signal, hedge };
    return callee.call(call, (connection, { atMs, thereAtMs }, leg) => {
      const startMs = clock.now();
      const spanId = newSpanId();
      const metadata = metadataOf({ ...context, spanId, deadlineAtMs: thereAtMs }, startMs);
      if (idempotencyKey !== undefined) metadata.set(headerNames.idempotencyKey, idempotencyKey);
      const answer = connection.unary({ method: definition, request, metadata, deadlineAtMs: atMs, signal: leg });
      if (!spans) return answer;
      const asked = { spans, request: context, spanId, name: `${contract.callee}.${name}`, startMs, clock };
      return recordAttempt({ ...asked, asked: connection.where }, answer);
    });
  };
}

function callContext({ priority }: CallOptions): RequestContext {
  const current = currentRequest() ?? freshContext(priority ?? 'browsing');
  return priority === undefined ? current : { ...current, priority };
}

function metadataOf(context: RequestContext, nowMs: number): Metadata {
  const metadata = new Metadata();
  const { traceparent, baggage } = wireContext(context, nowMs);
  metadata.set(headerNames.traceparent, traceparent);
  metadata.set(headerNames.baggage, baggage);
  return metadata;
}
