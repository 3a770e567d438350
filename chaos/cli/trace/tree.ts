/** A request's path through the services, put together from what each pod remembers of it. Pure. */
import { FaultflixError } from '#base/errors.ts';

/** As the pods' `/spans` gives it. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId?: string;
  readonly kind: 'server' | 'client';
  readonly name: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly outcome: string;
  readonly asked?: string;
}

/** Where a span was recorded. */
export interface Placed extends Span {
  readonly service: string;
  readonly region: string;
  readonly pod: string;
}

export interface Branch {
  readonly span: Placed;
  /** In the order in which they began. */
  readonly children: readonly Branch[];
}

/**
 * Roots first by start. A span whose parent nobody remembers (its pod is gone, its ring has turned) is a root too; the
 * caller says so. An attempt and what it was at the callee are parent and child.
 */
export function treeOf(spans: readonly Placed[]): readonly Branch[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const byParent = Map.groupBy(spans, ({ parentId }) =>
    parentId !== undefined && known.has(parentId) ? parentId : '',
  );
  const under = (parent: string): Branch[] =>
    (byParent.get(parent) ?? [])
      .toSorted((a, b) => a.startMs - b.startMs || (a.spanId < b.spanId ? -1 : 1))
      .map((span) => ({ span, children: under(span.spanId) }));
  return under('');
}

export interface TraceSummary {
  readonly startMs: number;
  readonly durationMs: number;
  readonly services: readonly string[];
  /** Attempts that did not come to an answer. */
  readonly failedAttempts: number;
}

export function summaryOf(spans: readonly Placed[]): TraceSummary {
  const startMs = Math.min(...spans.map((span) => span.startMs));
  const endMs = Math.max(...spans.map((span) => span.startMs + span.durationMs));
  return {
    startMs,
    durationMs: endMs - startMs,
    services: [...new Set(spans.filter(({ kind }) => kind === 'server').map(({ service }) => service))],
    failedAttempts: spans.filter(({ kind, outcome }) => kind === 'client' && outcome !== 'ok').length,
  };
}

/** The id in what a user has at hand: the bare id, or a `traceparent`. */
export function traceIdOf(text: string): string {
  const id = /^(?:00-)?([0-9a-f]{32})(?:-[0-9a-f]{16}-[0-9a-f]{2})?$/.exec(text.trim().toLowerCase())?.[1];
  if (id !== undefined) return id;
  throw new FaultflixError('bad-input', 'not a trace id', {
    expected: '32 hex digits, or a traceparent',
    received: text,
    todo: 'it is the header x-trace-id of every answer; `faultflix trace` alone lists the newest',
  });
}

export interface TraceLine {
  readonly depth: number;
  readonly offsetMs: number;
  readonly span: Placed;
}

export function linesOf(branches: readonly Branch[], startMs: number, depth = 0): readonly TraceLine[] {
  return branches.flatMap(({ span, children }) => [
    { depth, offsetMs: span.startMs - startMs, span },
    ...linesOf(children, startMs, depth + 1),
  ]);
}
