/**
 * What this process did for requests, for as long as its ring has room: `faultflix trace ID` asks every pod for its part
 * and puts the request's path together. Kept in memory alone and bounded, so that every request can be asked about for
 * a while, and nothing is written for those that nobody asks about.
 */
export interface Span {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  /** The span that caused it; absent at the front door. */
  readonly parentId?: string;
  /** A request that was served here, or one attempt of a call that was made from here. */
  readonly kind: 'server' | 'client';
  /** `catalog.listTitles`, `GET /v1/browse`. */
  readonly name: string;
  /** By this machine's clock, milliseconds since the epoch. */
  readonly startMs: number;
  readonly durationMs: number;
  /** `ok` or the code of the error. */
  readonly outcome: string;
  /** Of a client's span: whom it asked, `<service> <region> <host>:<port>`. */
  readonly asked?: string;
}

export interface SpanSink {
  record(span: Span): void;
}

export const spanDefaults = { kept: 2_048 } as const;

export class SpanRing implements SpanSink {
  readonly #spans: (Span | undefined)[];
  readonly #also: readonly SpanSink[];
  #next = 0;

  constructor({ kept = spanDefaults.kept, also = [] }: { kept?: number; also?: readonly SpanSink[] } = {}) {
    this.#spans = Array.from({ length: kept });
    this.#also = also;
  }

  record(span: Span): void {
    this.#spans[this.#next] = span;
    this.#next = (this.#next + 1) % this.#spans.length;
    for (const sink of this.#also) sink.record(span);
  }

  /** Of one trace, in the order in which they ended. */
  of(traceId: string): readonly Span[] {
    return this.#inOrder().filter((span) => span.traceId === traceId);
  }

  /** The newest requests that began here, newest first. */
  newest(limit: number): readonly Span[] {
    return this.#inOrder()
      .filter(({ kind, parentId }) => kind === 'server' && parentId === undefined)
      .slice(-limit)
      .reverse();
  }

  #inOrder(): readonly Span[] {
    const turned = [...this.#spans.slice(this.#next), ...this.#spans.slice(0, this.#next)];
    return turned.filter((span) => span !== undefined);
  }
}
