/**
 * The ladder of renditions. Heights are the common rungs of HLS and DASH ladders; the bit rates are near those of the
 * HLS authoring specification for devices (H.264, 30 frames a second), capped so that a segment of 2 s stays under 3 MB.
 */
export interface Rung {
  readonly heightPx: number;
  /** Constant rate factor of x264: quality first, `maxKbps` bounds it. */
  readonly crf: number;
  readonly maxKbps: number;
  readonly profile: 'baseline' | 'main' | 'high';
}

export const ladder: readonly Rung[] = [
  { heightPx: 240, crf: 25, maxKbps: 300, profile: 'baseline' },
  { heightPx: 360, crf: 25, maxKbps: 700, profile: 'main' },
  { heightPx: 480, crf: 24, maxKbps: 1_400, profile: 'main' },
  { heightPx: 720, crf: 23, maxKbps: 3_500, profile: 'high' },
  { heightPx: 1080, crf: 23, maxKbps: 6_500, profile: 'high' },
];

export const SEGMENT_SECONDS = 2;

export interface RungChoice {
  readonly sourceHeightPx: number;
  /** Also rungs that are higher than the source: they cost bytes and add no detail. */
  readonly upscale?: boolean;
  /** All `maxKbps` times this, for a title that must be small. 1 unless told. */
  readonly rate?: number;
}

/** The rungs that suit a source, lowest first; never none. */
export function rungsFor({ sourceHeightPx, upscale = false, rate = 1 }: RungChoice): readonly Rung[] {
  const fitting = upscale ? ladder : ladder.filter(({ heightPx }, i) => i === 0 || heightPx <= sourceHeightPx);
  return fitting.map((rung) => ({ ...rung, maxKbps: Math.max(40, Math.round(rung.maxKbps * rate)) }));
}
