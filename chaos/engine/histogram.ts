import type { Histogram } from './load-stream.ts';

/** Histograms of the load stream: `[value, count]` pairs. */
export function mergeHistograms(histograms: Iterable<Histogram>): Histogram {
  const counts = new Map<number, number>();
  for (const histogram of histograms) {
    for (const [value, count] of histogram) counts.set(value, (counts.get(value) ?? 0) + count);
  }
  return [...counts].sort(([a], [b]) => a - b);
}

export const sizeOf = (histogram: Histogram): number => histogram.reduce((sum, [, count]) => sum + count, 0);

/** The smallest recorded value that at least `quantile` of all samples do not exceed (nearest rank). */
export function quantileOf(histogram: Histogram, quantile: number): number | undefined {
  const rank = Math.max(1, Math.ceil(quantile * sizeOf(histogram) - 1e-9));
  let seen = 0;
  for (const [value, count] of [...histogram].sort(([a], [b]) => a - b)) {
    seen += count;
    if (seen >= rank) return value;
  }
  return undefined;
}
