import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { asFaultflixError, exitCodeOf } from '#base/errors.ts';

export const lifecycleDefaults = {
  /**
   * After the order to end, new calls are served this long: callers learn that the pod is terminating from its
   * EndpointSlice, which takes a few hundred milliseconds.
   */
  lameDuckMs: 1_000,
  /** Then calls in flight may take this long. Both together stay under `terminationGracePeriodSeconds: 10`. */
  drainMs: 6_000,
} as const;

export interface StopSteps {
  /** Not ready any more, and callers are told so on each connection. */
  readonly leave: () => void;
  /** Ends servers when their calls have ended. */
  readonly drain: (graceMs: number) => Promise<void>;
  /** Then everything else, one after another. */
  readonly close: readonly (() => void | Promise<void>)[];
}

export interface StopOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly lameDuckMs: number;
  readonly drainMs: number;
}

/** Leaves without a call failing. Every step is taken, though one before it failed. */
export async function stopGently(steps: StopSteps, { clock, log, lameDuckMs, drainMs }: StopOptions): Promise<void> {
  steps.leave();
  await clock.sleep(lameDuckMs);
  const attempt = async (what: string, step: () => void | Promise<void>) => {
    try {
      await step();
    } catch (err) {
      log.error({ err }, `${what} failed while ending`);
    }
  };
  await attempt('draining', () => steps.drain(drainMs));
  for (const step of steps.close) await attempt('closing', step);
}

/** SIGTERM and SIGINT end the process gently with 0, a second one at once; what nobody caught is logged and ends it. */
export function superviseProcess({ stop, log }: { readonly stop: () => Promise<void>; readonly log: Logger }): void {
  let ending = false;
  const end = (signal: NodeJS.Signals) => {
    if (ending) process.exit(1);
    ending = true;
    log.info({ signal }, 'ending');
    stop().then(
      () => process.exit(0),
      (err: unknown) => die(log, err, 'ending failed'),
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('uncaughtException', (err) => die(log, err, 'nobody caught this'));
  process.on('unhandledRejection', (err) => die(log, err, 'nobody caught this'));
}

/** Logs the error with its code and ends the process with the exit code that belongs to it. */
export function die(log: Logger, thrown: unknown, message: string): never {
  const error = asFaultflixError(thrown);
  log.fatal({ err: error, ...error.toJSON() }, message);
  process.exit(exitCodeOf(error));
}
