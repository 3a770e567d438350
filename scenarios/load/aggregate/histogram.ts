import { Int32Histogram } from 'hdr-histogram-js';
import type { Histogram } from '../stream.ts';

const HIGHEST_MS = 3_600_000;
const shared = new Int32Histogram(1, HIGHEST_MS, 2);

/**
 * The stream's histogram of values in ms. With `everyMs` a value longer than it also stands for the ones that would
 * have been measured meanwhile (v − every, v − 2·every …): HdrHistogram's correction for coordinated omission
 * (Gil Tene, "How NOT to Measure Latency").
 */
export function toHistogram(values: readonly { readonly ms: number; readonly everyMs?: number }[]): Histogram {
  if (values.length === 0) return [];
  shared.reset();
  for (const { ms, everyMs = 0 } of values) {
    const value = Math.min(HIGHEST_MS, Math.max(0, Math.round(ms)));
    if (everyMs > 0) shared.recordValueWithExpectedInterval(value, Math.round(everyMs));
    else shared.recordValue(value);
  }
  const pairs: Histogram = [];
  const iterator = shared.recordedValuesIterator;
  iterator.reset();
  while (iterator.hasNext()) {
    const { valueIteratedTo, countAtValueIteratedTo } = iterator.next();
    pairs.push([valueIteratedTo, countAtValueIteratedTo]);
  }
  return pairs;
}
