/** Figures as the cockpit writes them. A dash stands for what is not known: never a zero. */
export const UNKNOWN = '—';

export function percent(ratio: number | undefined): string {
  if (ratio === undefined || !Number.isFinite(ratio)) return UNKNOWN;
  const value = ratio * 100;
  const digits = value === 0 || value >= 10 ? 0 : value >= 1 ? 1 : value >= 0.01 ? 2 : 4;
  return `${Number(value.toFixed(digits))} %`;
}

export function count(value: number | undefined, digits = 0): string {
  if (value === undefined || !Number.isFinite(value)) return UNKNOWN;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** `812 ms`, `4.2 s`, `1 min 05 s`. */
export function span(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return UNKNOWN;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  return wholeSeconds(ms);
}

/** What is read while it runs: `4 s`, `1 min 05 s`, `2 h 03 min`. Never less than zero. */
export function wholeSeconds(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return UNKNOWN;
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** A value with the unit of its probe: `ratio`, `ms`, or whatever is counted. */
export function amount(value: number | undefined, unit: string): string {
  if (value === undefined || !Number.isFinite(value)) return UNKNOWN;
  if (unit === 'ms') return `${count(Math.round(value))} ms`;
  if (unit === 'ratio') return percent(value);
  return `${Number(value.toFixed(2)).toLocaleString('en')} ${unit}`.trim();
}

/** Time of day in the reader's zone: `14:03:07`. */
export function timeOfDay(ms: number): string {
  return new Date(ms).toLocaleTimeString('en-GB', { hour12: false });
}

/** `24 Nov 14:03:07` in the reader's zone. */
export function dateAndTime(rfc3339: string | undefined): string {
  const ms = rfc3339 === undefined ? Number.NaN : Date.parse(rfc3339);
  if (Number.isNaN(ms)) return UNKNOWN;
  const day = new Date(ms).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  return `${day} ${timeOfDay(ms)}`;
}

/** How old something is, in its largest unit: `4 s`, `12 min`, `3 h`, `2 d`. */
export function age(ms: number): string {
  if (!Number.isFinite(ms)) return UNKNOWN;
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
