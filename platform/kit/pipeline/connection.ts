import type { Endpoint } from '../context.ts';

/** One protocol's way to reach an endpoint: what the pipeline needs to know of it. */
export interface Connection {
  /** Whether a call would be sent at once. The balancer prefers such. */
  readonly ready: boolean;
  /** Resolves when the endpoint answers again; rejects when it does not. */
  probe(signal: AbortSignal): Promise<void>;
  /** No call will come any more; closes when those that are out have ended. */
  retire(): void;
}

/** Starts connecting at once, so that the first call need not wait. */
export type Connect<C extends Connection> = (endpoint: Endpoint) => C;
