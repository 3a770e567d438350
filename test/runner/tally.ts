/** Counts what the tests did, and says what must not pass for a success. Pure. */
import type { Case, Outcome } from './cases.ts';

export interface Counts {
  readonly tests: number;
  readonly pass: number;
  readonly fail: number;
  readonly skipped: number;
}

/** A file may run in more than one stage. */
export interface FileOf {
  readonly stage: string;
  readonly file: string;
}

const keyOf = ({ stage, file }: FileOf): string => `${stage}: ${file}`;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

export class Tally {
  readonly #byFile = new Map<string, { readonly stage: string; pass: number; fail: number; skip: number }>();
  readonly #waived = new Set<string>();

  constructor(files: readonly FileOf[]) {
    for (const file of files) this.#of(file);
  }

  add({ outcome, stage, file }: FileOf & { readonly outcome: Outcome }): void {
    this.#of({ stage, file })[outcome]++;
  }

  /** These files cannot run for want of what the machine has not got. That is no failure, and no success either. */
  waive(files: readonly FileOf[]): void {
    for (const file of files) this.#waived.add(keyOf(file));
  }

  /** Of one stage, or of all. */
  counts(stage?: string): Counts {
    const files = [...this.#byFile.values()].filter((each) => stage === undefined || each.stage === stage);
    const [pass, fail, skipped] = [
      sum(files.map((each) => each.pass)),
      sum(files.map((each) => each.fail)),
      sum(files.map((each) => each.skip)),
    ];
    return { tests: pass + fail + skipped, pass, fail, skipped };
  }

  /** Why the run is no success; empty when it is one. A file whose tests were all skipped has tested nothing. */
  problems(): readonly string[] {
    const problems: string[] = [];
    const { fail, pass } = this.counts();
    if (fail > 0) problems.push(`${fail} tests failed`);
    if (pass + fail === 0) problems.push('no test ran');
    for (const [key, { pass: passed, fail: failed, skip }] of this.#byFile) {
      if (passed + failed > 0 || this.#waived.has(key)) continue;
      problems.push(skip > 0 ? `${key}: all ${skip} tests were skipped` : `${key}: no test ran`);
    }
    return problems;
  }

  #of(file: FileOf) {
    const key = keyOf(file);
    let counts = this.#byFile.get(key);
    if (!counts) {
      counts = { stage: file.stage, pass: 0, fail: 0, skip: 0 };
      this.#byFile.set(key, counts);
    }
    return counts;
  }
}

const WHY_LINES = 12;

/** What failed, once more at the end, where a reader of a long log looks first. */
export function failureLines(cases: readonly Case[]): readonly string[] {
  return cases
    .filter(({ outcome }) => outcome === 'fail')
    .flatMap(({ stage, file, path, error = '' }) => {
      const why = error.split('\n').filter((line) => line.trim() !== '');
      const more = why.length > WHY_LINES ? [`… ${why.length - WHY_LINES} more lines`] : [];
      return [
        `✖ ${stage}: ${file}: ${path.join(' › ')}`,
        ...[...why.slice(0, WHY_LINES), ...more].map((line) => `    ${line}`),
      ];
    });
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
