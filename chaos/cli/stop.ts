/**
 * Being asked to stop. The first signal asks for an orderly end, a later one forces it. npm hands a Ctrl-C on to its
 * child although the terminal already sent one, so signals within `togetherMs` of the first are the same request.
 */
import { EventEmitter } from 'node:events';
import type { Clock } from '#base/clock.ts';

export interface Stop {
  /** Aborts when an orderly end is asked for. */
  readonly asked: AbortSignal;
  /** Aborts when the end is to be forced. */
  readonly forced: AbortSignal;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const TOGETHER_MS = 400;

interface SignalSource {
  on(name: string, listener: () => void): unknown;
  off(name: string, listener: () => void): unknown;
}

export function stopOnSignals(clock: Clock, source: SignalSource = process): Stop & { dispose(): void } {
  const asked = new AbortController();
  const forced = new AbortController();
  // Many parts listen for the same end; Node would warn of a leak at eleven.
  EventEmitter.setMaxListeners(0, asked.signal, forced.signal);
  let firstAtMs: number | undefined;
  const listener = () => {
    if (firstAtMs === undefined) {
      firstAtMs = clock.now();
      asked.abort();
    } else if (clock.now() - firstAtMs > TOGETHER_MS) forced.abort();
  };
  for (const name of signals) source.on(name, listener);
  return {
    asked: asked.signal,
    forced: forced.signal,
    dispose() {
      for (const name of signals) source.off(name, listener);
    },
  };
}
