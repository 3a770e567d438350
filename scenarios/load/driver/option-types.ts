import { z } from 'zod';
import { parseDurationMs } from '#base/duration.ts';

/** A duration as k6 takes it: `1m30s`, or a number of milliseconds. Comes out in milliseconds. */
export const duration = z.union([z.string(), z.number()]).transform((value, context) => {
  const ms = typeof value === 'number' ? value : /^\d+(\.\d+)?$/.test(value) ? Number(value) : parseDurationMs(value);
  if (ms !== undefined && Number.isFinite(ms) && ms >= 0) return ms;
  context.addIssue({ code: 'custom', message: 'expected a duration of zero or more: 300ms, 15s, 1m30s' });
  return z.NEVER;
});

export const count = z.int().min(1);
