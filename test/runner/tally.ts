/** Counts what the tests did, and says what must not pass for a success. Pure. */
export interface Counts {
  readonly tests: number;
  readonly pass: number;
  readonly fail: number;
  readonly skipped: number;
}

export interface Outcome {
  readonly file: string;
  readonly result: 'pass' | 'fail' | 'skip';
}

export class Tally {
  readonly #byFile = new Map<string, { pass: number; fail: number; skip: number }>();

  readonly #waived = new Set<string>();

  constructor(files: readonly string[]) {
    for (const file of files) this.#of(file);
  }

  add({ file, result }: Outcome): void {
    this.#of(file)[result]++;
  }

  /** These files cannot run for want of what the machine has not got. That is no failure, and no success either. */
  waive(files: readonly string[]): void {
    for (const file of files) this.#waived.add(file);
  }

  get counts(): Counts {
    const sum = (pick: (each: { pass: number; fail: number; skip: number }) => number) =>
      [...this.#byFile.values()].reduce((total, each) => total + pick(each), 0);
    const [pass, fail, skipped] = [sum((each) => each.pass), sum((each) => each.fail), sum((each) => each.skip)];
    return { tests: pass + fail + skipped, pass, fail, skipped };
  }

  /** Why the run is no success; empty when it is one. A file whose tests were all skipped has tested nothing. */
  problems(): readonly string[] {
    const problems: string[] = [];
    const { fail, pass } = this.counts;
    if (fail > 0) problems.push(`${fail} tests failed`);
    if (pass + fail === 0) problems.push('no test ran');
    for (const [file, { pass: passed, fail: failed, skip }] of this.#byFile) {
      if (passed + failed > 0 || this.#waived.has(file)) continue;
      problems.push(skip > 0 ? `${file}: all ${skip} tests were skipped` : `${file}: no test ran`);
    }
    return problems;
  }

  #of(file: string) {
    let counts = this.#byFile.get(file);
    if (!counts) {
      counts = { pass: 0, fail: 0, skip: 0 };
      this.#byFile.set(file, counts);
    }
    return counts;
  }
}

/** The lines with which Node's own runner closes. */
export function closingLines({ tests, pass, fail, skipped }: Counts, durationMs: number): string {
  return [
    `ℹ tests ${tests}`,
    `ℹ pass ${pass}`,
    `ℹ fail ${fail}`,
    'ℹ cancelled 0',
    `ℹ skipped ${skipped}`,
    'ℹ todo 0',
    `ℹ duration_ms ${Math.round(durationMs)}`,
  ].join('\n');
}
