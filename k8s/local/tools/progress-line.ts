import { type Clock, systemClock } from '#base/clock.ts';
import type { OnProgress, Progress } from './progress.ts';

export interface ProgressLine {
  readonly show: OnProgress;
  readonly end: () => void;
}

const EVERY_MS = { terminal: 200, log: 15_000 };

/** Progress for people: a live line on a terminal, a line each 15 s elsewhere. Says nothing of what is cached. */
export function progressLine(out: NodeJS.WriteStream, clock: Clock = systemClock): ProgressLine {
  const everyMs = out.isTTY ? EVERY_MS.terminal : EVERY_MS.log;
  let shownAtMs = Number.NEGATIVE_INFINITY;
  let open = false;
  return {
    show(progress) {
      if (progress.way === 'cache' || clock.now() - shownAtMs < everyMs) return;
      shownAtMs = clock.now();
      out.write(out.isTTY ? `\r\u001b[K${describe(progress)}` : `${describe(progress)}\n`);
      open = out.isTTY;
    },
    end() {
      if (open) out.write('\r\u001b[K');
    },
  };
}

/** `kubectl: build, 120 of 920 packages, 2 min left` */
export function describe({ what, way, done, total, unit, etaMs, shared }: Progress): string {
  const amount = (count: number) => (unit === 'bytes' ? `${(count / 1e6).toFixed(1)} MB` : String(count));
  const of = total > 0 ? ` of ${amount(total)}` : '';
  const left = etaMs === undefined ? '' : `, ${timeLeft(etaMs)} left`;
  return `${what}: ${way}${shared ? ' by another process' : ''}, ${amount(done)}${of}${unit === 'bytes' ? '' : ` ${unit}`}${left}`;
}

function timeLeft(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
