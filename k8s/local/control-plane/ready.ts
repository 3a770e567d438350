import { Agent, request } from 'node:https';
import { type Clock, systemClock } from '#base/clock.ts';

export interface ReadyOptions {
  readonly url: string;
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
}

const POLL_MS = 40;
const REQUEST_BOUND_MS = 2_000;

/**
 * Waits until the address answers 200; rejects with the signal's reason. A process that starts gives no event when it
 * is ready, so it is asked.
 */
export async function untilReady({ signal, clock = systemClock, ...probe }: ReadyOptions): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  try {
    for (;;) {
      signal.throwIfAborted();
      if ((await statusOf(probe, agent)) === 200) return;
      await clock.sleep(POLL_MS, signal);
    }
  } finally {
    agent.destroy();
  }
}

/** The HTTP status; 0 when there was no answer, which is the usual case while it starts. */
function statusOf(probe: Omit<ReadyOptions, 'signal' | 'clock'>, agent: Agent): Promise<number> {
  const { url, ca, cert, key } = probe;
  return new Promise((resolve) => {
    const req = request(url, {
      agent,
      ca,
      timeout: REQUEST_BOUND_MS,
      ...(cert ? { cert } : {}),
      ...(key ? { key } : {}),
    });
    req.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', () => resolve(0));
    });
    req.on('timeout', () => req.destroy());
    req.on('error', () => resolve(0));
    req.end();
  });
}
