import type { Rendition } from './hls.ts';

/**
 * Which rendition to fetch next. A hybrid, after dash.js' DYNAMIC (Spiteri, Sitaraman, Sparacio: "From Theory to Practice:
 * Improving Bitrate Adaptation in the DASH Reference Player", MMSys 2018): by throughput while the buffer is low; when it
 * is not, the higher of what the throughput and what the buffer allows. The buffer part is BBA-0 (Huang et al.: "A
 * Buffer-Based Approach to Rate Adaptation", SIGCOMM 2014): a line from the lowest rate at the reservoir to the highest
 * at the cushion's end, and no change while the rate it gives stays between the neighbours of the present one.
 */
export interface Choice {
  /** Ascending by bandwidth; at least one. */
  readonly renditions: readonly Rendition[];
  /** Index of the present one. */
  readonly current: number;
  readonly bufferMs: number;
  readonly maxBufferMs: number;
  /** Undefined before anything was measured. */
  readonly throughputBps: number | undefined;
}

/** Part of the measured throughput to rely on: dash.js' bandwidthSafetyFactor. */
const SAFETY = 0.9;
/** Below this part of the full buffer the throughput decides. */
const RESERVOIR_RATIO = 0.375;
/** The line ends at this part of it (BBA's cushion ends at 0.9 of the buffer). */
const CUSHION_END_RATIO = 0.9;

export function nextRendition(choice: Choice): number {
  const { renditions, bufferMs, maxBufferMs, throughputBps } = choice;
  const byThroughput = throughputBps === undefined ? 0 : highestWithin(renditions, throughputBps * SAFETY);
  if (bufferMs < maxBufferMs * RESERVOIR_RATIO) return byThroughput;
  return Math.max(byThroughput, byBuffer(choice));
}

function byBuffer({ renditions, current, bufferMs, maxBufferMs }: Choice): number {
  const reservoirMs = maxBufferMs * RESERVOIR_RATIO;
  const lowest = rate(renditions, 0);
  const highest = rate(renditions, renditions.length - 1);
  const along = (bufferMs - reservoirMs) / (maxBufferMs * CUSHION_END_RATIO - reservoirMs);
  const wanted = lowest + (highest - lowest) * Math.min(1, along);
  if (wanted >= rate(renditions, current + 1)) return highestWithin(renditions, wanted);
  if (wanted <= rate(renditions, current - 1)) return Math.min(current, highestWithin(renditions, wanted) + 1);
  return current;
}

/** Bandwidth of a rendition; beyond the ends, one that is never reached. */
function rate(renditions: readonly Rendition[], index: number): number {
  if (index < 0) return Number.NEGATIVE_INFINITY;
  const rendition = renditions[index];
  return rendition === undefined ? Number.POSITIVE_INFINITY : rendition.bandwidthBps;
}

function highestWithin(renditions: readonly Rendition[], bps: number): number {
  let best = 0;
  renditions.forEach((rendition, index) => {
    if (rendition.bandwidthBps <= bps) best = index;
  });
  return best;
}

/** Moving average of throughput, the newest of three parts weighing one (dash.js' EWMA idea, one horizon). */
export function smoothed(beforeBps: number | undefined, nowBps: number): number {
  return beforeBps === undefined ? nowBps : beforeBps * (2 / 3) + nowBps / 3;
}
