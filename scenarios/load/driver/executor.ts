import type { z } from 'zod';
import type { Clock } from '#base/clock.ts';

/** A virtual user, as an executor sees it. */
export interface Vu {
  readonly id: number;
  /** Runs the scenario's function once. Never rejects: a thrown error is the iteration's, logged and counted. */
  iterate(signal: AbortSignal): Promise<void>;
}

export interface ExecutorContext {
  readonly clock: Clock;
  readonly startedAtMs: number;
  /** Aborts when iterations in flight are to be given up: the run was stopped, or the graceful stop is over. */
  readonly signal: AbortSignal;
  /** Aborts when no new iteration may start: the run is ending. */
  readonly ending: AbortSignal;
  /** The scenario's users, all ready. */
  readonly vus: readonly Vu[];
  /** An iteration that should have started and for which there was no user. */
  dropped(): void;
  /** How late an iteration started, ms. */
  late(ms: number): void;
}

/** When iterations start, and on which virtual user: one file an executor, its name the file's name. */
export interface Executor<Config> {
  readonly schema: z.ZodType<Config>;
  maxVus(config: Config): number;
  /** After this no iteration starts; the graceful stop follows. */
  durationMs(config: Config): number;
  /** Resolves when all its iterations are over. */
  run(config: Config, context: ExecutorContext): Promise<void>;
}

export const defineExecutor = <Config>(executor: Executor<Config>): Executor<Config> => executor;

/** Whether an iteration may start now, in an executor that ends at `untilMs`. */
export function open(context: ExecutorContext, untilMs: number): boolean {
  return !context.ending.aborted && !context.signal.aborted && context.clock.now() < untilMs;
}

/** Sleeps until `atMs`, or until no iteration may start any more. */
export async function sleepUntil(context: ExecutorContext, atMs: number): Promise<void> {
  const waitMs = atMs - context.clock.now();
  if (waitMs <= 0) return;
  const either = AbortSignal.any([context.ending, context.signal]);
  await context.clock.sleep(waitMs, either).catch((reason) => {
    if (!either.aborted) throw reason;
  });
}
