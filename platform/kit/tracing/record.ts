/** How served requests and attempts of calls become spans. What a trace's owner did not want sampled leaves none. */
import type { Clock } from '#base/clock.ts';
import { asFaultflixError } from '#base/errors.ts';
import type { RequestContext } from '../request-context.ts';
import type { SpanSink } from './spans.ts';

interface Recorded {
  readonly spans: SpanSink;
  readonly request: RequestContext;
  readonly name: string;
  readonly startMs: number;
  readonly clock: Clock;
}

export function recordServed({ spans, request, name, startMs, clock, outcome }: Recorded & { outcome: string }): void {
  const { traceId, spanId, parentSpanId, sampled } = request;
  if (!sampled) return;
  const durationMs = clock.now() - startMs;
  const parent = parentSpanId === undefined ? {} : { parentId: parentSpanId };
  spans.record({ traceId, spanId, ...parent, kind: 'server', name, startMs, durationMs, outcome });
}

interface Attempted extends Recorded {
  /** The attempt's own, which the callee sees as its parent. */
  readonly spanId: string;
  readonly asked: string;
}

/** Passes the answer on. */
export function recordAttempt<T>(attempt: Attempted, answer: Promise<T>): Promise<T> {
  const { spans, request, name, startMs, clock, spanId, asked } = attempt;
  const { traceId, sampled, spanId: parentId } = request;
  if (!sampled) return answer;
  const ended = (outcome: string) => {
    const durationMs = clock.now() - startMs;
    spans.record({ traceId, spanId, parentId, kind: 'client', name, startMs, durationMs, outcome, asked });
  };
  answer.then(
    () => ended('ok'),
    (thrown: unknown) => ended(asFaultflixError(thrown).code),
  );
  return answer;
}
