import type { Clock } from '#base/clock.ts';
import type { HttpsClient, HttpsRequest, HttpsResponse } from '../context.ts';
import type { Callee } from '../pipeline/callee.ts';
import type { CalleeReporter } from '../pipeline/reporter.ts';
import { freshContext, headerNames, newSpanId, wireContext } from '../propagation.ts';
import { currentRequest, type RequestContext } from '../request-context.ts';
import { recordAttempt } from '../tracing/record.ts';
import type { SpanSink } from '../tracing/spans.ts';
import { type HttpsConnection, httpsDefaults, UnwellAnswer } from './connection.ts';

export interface HttpsClientOptions {
  readonly callee: Callee<HttpsConnection>;
  readonly reporter: CalleeReporter;
  readonly clock: Clock;
  readonly spans?: SpanSink | undefined;
}

/** RFC 9110, 9.2.2. */
const idempotentMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']);

/** HTTPS through the same pipeline as gRPC. */
export function httpsClient({ callee, reporter, clock, spans }: HttpsClientOptions): HttpsClient {
  const reporters = new Map<string, ReturnType<CalleeReporter['method']>>();
  const reporterOf = (method: string, path: string) => {
    // The first two parts name the resource; what follows may be ids without end.
    const name = `${method} ${path.split('?', 1)[0]!.split('/').slice(0, 3).join('/')}`;
    let known = reporters.get(name);
    if (known === undefined) {
      known = reporter.method(name);
      reporters.set(name, known);
    }
    return known;
  };
  return {
    async request(request) {
      const { method, path, body, idempotencyKey, stickyKey, prefer, signal } = request;
      const timeoutMs = request.timeoutMs ?? httpsDefaults.timeoutMs;
      const repeatable = request.idempotent ?? (idempotentMethods.has(method) || idempotencyKey !== undefined);
      const context = contextOf(request);
      const call = { reporter: reporterOf(method, path), repeatable, stickyKey, prefer, timeoutMs, signal };
      return callee
        .call(call, (connection, { atMs, thereAtMs }) => {
          const startMs = clock.now();
          const spanId = newSpanId();
          const headers = headersOf(request, { ...context, spanId, deadlineAtMs: thereAtMs }, startMs);
          const answer = connection.request({ method, path, headers, body, deadlineAtMs: atMs, signal });
          if (!spans) return answer;
          const name = `${method} ${path.split('?', 1)[0]}`;
          return recordAttempt(
            { spans, request: context, spanId, name, startMs, clock, asked: connection.where },
            answer,
          );
        })
        .catch((thrown: unknown): HttpsResponse => {
          if (thrown instanceof UnwellAnswer) return thrown.response;
          throw thrown;
        });
    },
  };
}

function contextOf({ priority }: HttpsRequest): RequestContext {
  const current = currentRequest() ?? freshContext(priority ?? 'browsing');
  return priority === undefined ? current : { ...current, priority };
}

function headersOf(request: HttpsRequest, context: RequestContext, nowMs: number): Record<string, string> {
  const { idempotencyKey } = request;
  return {
    ...request.headers,
    ...wireContext(context, nowMs),
    ...(idempotencyKey === undefined ? {} : { [headerNames.idempotencyKey]: idempotencyKey }),
  };
}
