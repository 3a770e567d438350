import type { Line } from './stream.ts';

/** What every driver is given. It writes the stream through `emit`, `end` last, and resolves to the exit code. */
export interface DriveOptions {
  /** Absolute. */
  readonly scriptPath: string;
  /** As the stream names it. */
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  readonly seed: number;
  /** Aborts to end the run early; its reason says why. */
  readonly signal: AbortSignal;
  readonly emit: (line: Line) => void;
}
