import { asCallFailure, wantsHealth } from './call-failure.ts';
import type { Guards } from './guards.ts';

export interface FallbackOptions<T> {
  /** For metrics and logs: `popular-titles`. */
  readonly name: string;
  readonly call: () => Promise<T>;
  readonly instead: (reason: unknown) => T | Promise<T>;
}

export interface WithFallback<T> {
  readonly value: T;
  /** True when the value is the fallback's. */
  readonly degraded: boolean;
}

/**
 * A lesser answer when the right one cannot be had. Only for lack of health: an error that says the request was wrong
 * is the answer, and a caller who left wants none.
 */
export async function withFallback<T>(
  options: FallbackOptions<T> & {
    readonly guards: Guards;
    readonly onFallback?: (name: string, reason: unknown) => void;
  },
): Promise<WithFallback<T>> {
  try {
    return { value: await options.call(), degraded: false };
  } catch (reason) {
    if (!options.guards.on('fallback') || !wantsHealth(asCallFailure(reason))) throw reason;
    options.onFallback?.(options.name, reason);
    return { value: await options.instead(reason), degraded: true };
  }
}
