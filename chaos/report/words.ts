/** Numbers as people read them. */

/** A value with its unit: ratios as percent, milliseconds, counts. */
export function amount(value: number | undefined, unit: string): string {
  if (value === undefined || !Number.isFinite(value)) return '—';
  if (unit === 'ms') return `${Math.round(value).toLocaleString('en')} ms`;
  if (unit === 'ratio') return percent(value);
  return `${Number(value.toFixed(2)).toLocaleString('en')} ${unit}`.trim();
}

export function percent(ratio: number): string {
  const value = ratio * 100;
  const digits = value === 0 || value >= 10 ? 0 : value >= 1 ? 1 : value >= 0.01 ? 2 : 4;
  return `${Number(value.toFixed(digits))} %`;
}

/** `812 ms`, `4.2 s`, `1 min 05 s`; a dash when unknown. */
export function span(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return '—';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** Seconds from the origin: `15.0 s`. */
export const second = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
