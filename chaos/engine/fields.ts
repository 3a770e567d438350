import { z } from 'zod';

/**
 * Fields that the experiment, faults and probes share. Durations stay the text that the author wrote, so that a parsed
 * object can be printed and parsed again; code takes them through `durationMs` of `#base/duration.ts`.
 */
const DURATION = /^(\d+(\.\d+)?(ms|s|m|h))+$/;

export const durationField = (description: string) =>
  z.string().max(32).regex(DURATION, 'a duration such as 300ms, 15s or 1m30s').meta({ description });

export const ratioField = (description: string) => z.number().min(0).max(1).meta({ description });

/** RFC 1123 label: what Kubernetes takes as a name of a namespace or a service. */
export const nameField = (description: string) =>
  z
    .string()
    .max(63)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'lower-case letters, digits and dashes')
    .meta({ description });
