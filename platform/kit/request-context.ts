import { AsyncLocalStorage } from 'node:async_hooks';

/** Highest first: playing beats starting, starting beats browsing, browsing beats prefetch. */
export const priorities = ['playing', 'starting', 'browsing', 'prefetch'] as const;
export type Priority = (typeof priorities)[number];
export const isPriority = (text: string): text is Priority => (priorities as readonly string[]).includes(text);

/** What travels with a request through every service: W3C traceparent and baggage. */
export interface RequestContext {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits: of this request's own span. */
  readonly spanId: string;
  /** Of the span that caused it; undefined at the front door. */
  readonly parentSpanId: string | undefined;
  readonly sampled: boolean;
  readonly session: string | undefined;
  readonly priority: Priority;
  readonly cohort: string | undefined;
  /** What shall happen to this request, for the fault seam: `fault-seam.ts`. */
  readonly fault: string | undefined;
  /** By this machine's clock; on the wire it is the time left, so that clocks need not agree. */
  readonly deadlineAtMs: number | undefined;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** The request on whose behalf the code runs; undefined outside of any. */
export const currentRequest = (): RequestContext | undefined => storage.getStore();

export const runWithRequest = <T>(context: RequestContext, work: () => T): T => storage.run(context, work);
