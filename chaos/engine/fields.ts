import { z } from 'zod';
import { parseDurationMs } from '#base/duration.ts';

/**
 * Fields that the experiment, faults and probes share. Durations stay the text that the author wrote, so that a parsed
 * object can be printed and parsed again; code takes them through `durationMs` of `#base/duration.ts`.
 */
const DURATION = /^(\d+(\.\d+)?(ms|s|m|h))+$/;
const SHAPE = 'a duration such as 300ms, 15s or 1m30s';
const DAY_MS = 86_400_000;

export const durationField = (description: string, { moreThanZero = false } = {}) =>
  z
    .string(SHAPE)
    .max(32)
    .regex(DURATION, { message: SHAPE, abort: true })
    .refine((text) => (parseDurationMs(text) ?? 0) <= DAY_MS, 'at most 24h')
    .refine((text) => !moreThanZero || parseDurationMs(text) !== 0, 'a duration of more than zero')
    .meta({ description });

export const ratioField = (description: string) => z.number().min(0).max(1).meta({ description });

/** RFC 1123 label: what Kubernetes takes as a name of a namespace or a service. */
export const nameField = (description: string) =>
  z
    .string()
    .max(63)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'lower-case letters, digits and dashes')
    .meta({ description });
