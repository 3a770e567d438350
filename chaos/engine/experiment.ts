import { z } from 'zod';
import { API_GROUP, API_VERSION, places } from '#base/names.ts';
import { faultKinds } from '../faults/registry.ts';
import { probes } from '../probes/registry.ts';
import { durationField, nameField, ratioField } from './fields.ts';
import type { ExperimentStatus } from './journal.ts';

/**
 * The Experiment: source of the YAML check, of the CRD and of the reference. Objects are strict: a field that nobody
 * reads would be an expectation that nobody checks.
 */
export interface TargetSelector {
  readonly service: string;
  readonly regions?: readonly string[] | undefined;
  /** Exactly one of `count` and `percentage`; a count of 1 when neither is given. */
  readonly count?: number | undefined;
  readonly percentage?: number | undefined;
  /** `region`: count or percentage in each region; `all`: over all of them. */
  readonly per?: 'region' | 'all' | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Names of pods never to choose. */
  readonly exclude?: readonly string[] | undefined;
}

export interface Step {
  /** From the start of the inject phase. */
  readonly at: string;
  readonly duration?: string | undefined;
  readonly fault: string;
  /** By the fault kind's schema. */
  readonly with: unknown;
  readonly target: TargetSelector;
}

/** `measure` and the fields of that probe's schema. */
export interface Expectation {
  readonly measure: string;
  readonly [field: string]: unknown;
}

export interface AbortCondition extends Expectation {
  /** The limit must be exceeded for this long. */
  readonly for: string;
}

export interface LoadSpec {
  readonly script: string;
  readonly viewers: number;
  readonly rampUp: string;
}

export interface BlastRadius {
  readonly maxRatioOfService: number;
  readonly maxPods: number;
}

export interface ExperimentSpec {
  readonly title: string;
  readonly teaches?: string | undefined;
  readonly guard?: string | undefined;
  readonly seed: number;
  readonly load?: LoadSpec | undefined;
  readonly baseline: string;
  readonly recovery: string;
  readonly steadyState: readonly Expectation[];
  readonly method: readonly Step[];
  readonly abort: readonly AbortCondition[];
  readonly blastRadius: BlastRadius;
}

export interface ExperimentMetadata {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly generation?: number | undefined;
  readonly creationTimestamp?: string | undefined;
  readonly deletionTimestamp?: string | undefined;
}

export interface Experiment {
  readonly apiVersion: string;
  readonly kind: 'Experiment';
  readonly metadata: ExperimentMetadata;
  readonly spec: ExperimentSpec;
  readonly status?: ExperimentStatus | undefined;
}

export const target = z
  .strictObject({
    service: nameField('Service whose pods are targets: label app.kubernetes.io/name'),
    regions: z.array(z.enum(places)).min(1).optional().meta({ description: 'Where; everywhere when absent' }),
    count: z.int().min(1).max(1000).optional().meta({ description: 'How many pods' }),
    percentage: z.number().gt(0).max(100).optional().meta({ description: 'How many of all pods, rounded up' }),
    per: z.enum(['region', 'all']).optional().meta({ description: 'Whether count is for each region or for all' }),
    labels: z.record(z.string(), z.string()).optional().meta({ description: 'Further labels that targets have' }),
    exclude: z.array(z.string()).optional().meta({ description: 'Names of pods that are never targets' }),
  })
  .refine((value) => value.count === undefined || value.percentage === undefined, {
    message: 'either count or percentage',
    path: ['percentage'],
  });

const isOptional = (schema: z.ZodType): boolean => schema.safeParse({}).success;

const steps = [...faultKinds].map(([name, kind]) =>
  z.strictObject({
    fault: z.literal(name).meta({ description: kind.summary }),
    at: durationField('When it begins, from the start of the inject phase').default('0s'),
    ...(kind.instant ? {} : { duration: durationField('How long it lasts', { moreThanZero: true }) }),
    with: isOptional(kind.schema) ? kind.schema.prefault({}) : kind.schema,
    target,
  }),
);

const expectations = [...probes].map(([name, probe]) =>
  (probe.schema as z.ZodObject).extend({ measure: z.literal(name).meta({ description: probe.summary }) }),
);

const abortConditions = [...probes]
  .filter(([, probe]) => probe.needs === 'buckets')
  .map(([name, probe]) =>
    (probe.schema as z.ZodObject).extend({
      measure: z.literal(name).meta({ description: probe.summary }),
      for: durationField('For how long the limit must be exceeded', { moreThanZero: true }),
    }),
  );

const union = (field: string, options: readonly z.ZodObject[]) =>
  z.discriminatedUnion(field, options as unknown as [z.ZodObject, ...z.ZodObject[]]);

export const specSchema = z
  .strictObject({
    title: z.string().min(1).max(200).meta({ description: 'One sentence: what happens' }),
    teaches: z.string().max(2000).optional().meta({ description: 'What one learns from it' }),
    guard: nameField('The guard whose absence must make this experiment deviate').optional(),
    seed: z.int().min(0).max(0xffffffff).default(1).meta({ description: 'Victims, timing and jitter come from it' }),
    load: z
      .strictObject({
        script: z
          .string()
          .regex(/^[a-z0-9][a-z0-9-]*\.(ts|js)$/, 'a file of scenarios/load, such as viewer.ts')
          .meta({ description: 'k6 script of scenarios/load' }),
        viewers: z.int().min(1).max(100_000).meta({ description: 'Concurrent viewers' }),
        rampUp: durationField('Time over which viewers come').default('5s'),
      })
      .optional()
      .meta({ description: 'Viewers; without them nothing about viewers can be expected' }),
    baseline: durationField('How long the steady state is watched before the first fault').default('15s'),
    recovery: durationField('How long everything may take to be well again').default('30s'),
    steadyState: z.array(union('measure', expectations)).max(50).default([]).meta({
      description: 'What must hold in the baseline and from the first fault until the end of recovery',
    }),
    method: z.array(union('fault', steps)).min(1).max(50).meta({ description: 'Faults on a timeline' }),
    abort: z.array(union('measure', abortConditions)).max(20).default([]).meta({
      description: 'When to stop at once and heal',
    }),
    blastRadius: z
      .strictObject({
        maxRatioOfService: ratioField('Most of a service in one region that may be hit at the same time'),
        maxPods: z.int().min(1).max(1000).meta({ description: 'Most pods that may be hit in the whole experiment' }),
      })
      .default({ maxRatioOfService: 0.5, maxPods: 5 })
      .meta({ description: 'The most that may be hit; more is refused, not shortened' }),
  })
  .refine((spec) => spec.load !== undefined || spec.steadyState.length === 0, {
    message: 'expectations need a load',
    path: ['steadyState'],
  })
  .refine((spec) => spec.load !== undefined || spec.abort.length === 0, {
    message: 'abort conditions need a load',
    path: ['abort'],
  });

const objectName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'lower-case letters, digits, dashes and dots');

const common = { apiVersion: z.literal(`${API_GROUP}/${API_VERSION}`), kind: z.literal('Experiment') };

/** As a person writes it: what the API server fills in is refused. */
export const fileSchema = z.strictObject({
  ...common,
  metadata: z.strictObject({
    name: objectName,
    namespace: nameField('Namespace').optional(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
  spec: specSchema,
});

/** As the API server gives it. */
export const objectSchema = z.looseObject({
  ...common,
  metadata: z.looseObject({ name: objectName }),
  spec: specSchema,
});
