/** A benchmark: one file of test/bench with a `bench` export. `npm run bench` lists the directory. */
export interface Bench {
  readonly title: string;
  /** What is measured beside what, and how: a paragraph for docs/benchmarks.md. */
  readonly method: string;
  /** Why it cannot run here (a program is missing), or undefined. */
  unfit?(): Promise<string | undefined>;
  run(context: BenchContext): Promise<readonly Row[]>;
}

export interface BenchContext {
  /** How often each figure is to be taken, at least. */
  readonly runs: number;
  readonly progress: (text: string) => void;
}

export interface Row {
  readonly what: string;
  readonly unit: string;
  /** One figure a run, in the order taken. */
  readonly samples: readonly number[];
  /** The goal on the median (or on `quantile`), if there is one. */
  readonly goal?: { readonly atMost?: number; readonly atLeast?: number; readonly quantile?: number };
}

/** Nearest-rank quantile of unsorted samples. */
export function quantile(samples: readonly number[], q: number): number {
  if (samples.length === 0) throw new Error('no samples');
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))]!;
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

export function meets(row: Row): boolean | undefined {
  if (!row.goal) return undefined;
  const value = quantile(row.samples, row.goal.quantile ?? 0.5);
  return (
    value <= (row.goal.atMost ?? Number.POSITIVE_INFINITY) && value >= (row.goal.atLeast ?? Number.NEGATIVE_INFINITY)
  );
}
