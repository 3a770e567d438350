/** A piece of work that a reader waits for: its name, its elapsed time, what it is at. */
import type { Clock } from '#base/clock.ts';
import type { Terminal } from './terminal.ts';

const TICK_MS = 1_000;

export interface Step {
  /** What the work is at now, such as `12 of 40 pods ready`. */
  at(text: string): void;
}

export interface StepOptions {
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly name: string;
}

/**
 * Runs `work` with a live line that shows it goes on, and a line that stays when it is done. `work` resolves with what
 * to say at the end. A failure is not printed here: whoever catches it prints it.
 */
export async function step<T>(
  { terminal, clock, name }: StepOptions,
  work: (step: Step) => Promise<{ readonly said: string; readonly value: T }>,
): Promise<T> {
  const startedAtMs = clock.now();
  const ended = new AbortController();
  let now = '';
  const draw = () => terminal.live(`${name}  ${elapsed(clock.now() - startedAtMs)}${now ? `  ${now}` : ''}`);
  const ticking = tick(clock, ended.signal, draw);
  try {
    draw();
    const { said, value } = await work({
      at(text) {
        now = text;
        draw();
      },
    });
    terminal.live(undefined);
    const took = elapsed(clock.now() - startedAtMs);
    terminal.line(
      `${terminal.style('good', '✓')} ${name}${said ? `: ${said}` : ''} ${terminal.style('dim', `(${took})`)}`,
    );
    return value;
  } finally {
    ended.abort();
    terminal.live(undefined);
    await ticking;
  }
}

/** Calls `draw` each second until the signal aborts. */
export async function tick(clock: Clock, signal: AbortSignal, draw: () => void): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(TICK_MS, signal).catch((reason: unknown) => {
      if (!signal.aborted) throw reason;
    });
    if (!signal.aborted) draw();
  }
}

/** `0.4 s`, `12 s`, `3 min 05 s`. */
export function elapsed(ms: number): string {
  if (ms < 9_950) return `${(Math.max(0, ms) / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
