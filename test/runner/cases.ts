/** Every test case that ran, by its whole name: what Node's runner tells one event at a time. */

export type Outcome = 'pass' | 'fail' | 'skip';

export interface Case {
  readonly stage: string;
  readonly file: string;
  /** The suites that it stands in, outermost first, and its own name. */
  readonly path: readonly string[];
  readonly outcome: Outcome;
  /** Why it was skipped, if it said. */
  readonly reason?: string;
  /** Why it failed: what the test threw. */
  readonly error?: string;
  readonly durationMs: number;
}

/** Follows one file's `test:start` events, which come in order, each before what stands within it. */
export class Nesting {
  readonly #names = new Map<string, string[]>();

  start({ file, nesting, name }: { file: string; nesting: number; name: string }): void {
    const above = (this.#names.get(file) ?? []).slice(0, nesting);
    this.#names.set(file, [...above, name]);
  }

  /** The whole name of what just ended. */
  path({ file, nesting, name }: { file: string; nesting: number; name: string }): readonly string[] {
    return [...(this.#names.get(file) ?? []).slice(0, nesting), name];
  }
}
