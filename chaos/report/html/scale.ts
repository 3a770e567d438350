/** The time axis, and round numbers. */
export interface Frame {
  readonly x: (ms: number) => number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A tenth of a pixel is enough. */
export const round = (value: number): number => Math.round(value * 10) / 10;

/** The smallest of 1, 2, 2.5, 5 × 10ⁿ that is not below `value`. */
export function niceTop(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5, 10].find((each) => each * power >= value * 0.999_999) ?? 10;
  return step * power;
}

/** Bottom, middle and top. */
export const ticks = (top: number): readonly number[] => [0, top / 2, top];
