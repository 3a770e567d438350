import { z } from 'zod';
import { FaultflixError } from '#base/errors.ts';
import type { Thresholds } from '../results/results.ts';
import { parseThreshold, type Threshold } from '../results/threshold.ts';
import { executorNamed, executorNames } from './executors.ts';
import { count, duration } from './option-types.ts';

/** k6's options that change what is measured and that this driver does not have: refused, never ignored. */
const unsupported = [
  'batch batchPerHost blacklistIPs blockHostnames dns executionSegment executionSegmentSequence hosts httpDebug',
  'linger localIPs maxRedirects minIterationDuration noVUConnectionReuse paused rps tlsAuth tlsCipherSuites tlsVersion',
  'tlsAIAFetch systemTags throw vusMax',
]
  .join(' ')
  .split(' ');
/** Options that are about k6's own services, without effect on a run: taken and left alone. */
const without = ['cloud', 'ext', 'noUsageReport', 'noCookiesReset', 'handleSummaryTimeout'] as const;

const thresholdSchema = z.union([
  z.string(),
  z.strictObject({ threshold: z.string(), abortOnFail: z.boolean().optional(), delayAbortEval: duration.optional() }),
]);

const schema = z.strictObject({
  vus: count.optional(),
  duration: duration.optional(),
  iterations: count.optional(),
  stages: z.array(z.strictObject({ duration, target: z.int().min(0) })).optional(),
  scenarios: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  thresholds: z.record(z.string(), z.union([thresholdSchema, z.array(thresholdSchema)])).optional(),
  tags: z.record(z.string(), z.string()).optional(),
  summaryTrendStats: z.array(z.string()).optional(),
  summaryTimeUnit: z.enum(['s', 'ms', 'us']).optional(),
  discardResponseBodies: z.boolean().optional(),
  insecureSkipTLSVerify: z.boolean().optional(),
  noConnectionReuse: z.boolean().optional(),
  userAgent: z.string().optional(),
  setupTimeout: duration.optional(),
  teardownTimeout: duration.optional(),
  ...Object.fromEntries(without.map((name) => [name, z.unknown().optional()])),
});

const scenarioSchema = z.object({
  executor: z.string(),
  startTime: duration.default(0),
  gracefulStop: duration.default(30_000),
  exec: z.string().default('default'),
  env: z.record(z.string(), z.string()).default({}),
  tags: z.record(z.string(), z.string()).default({}),
});

export interface Scenario {
  readonly name: string;
  readonly executor: string;
  readonly startTimeMs: number;
  readonly gracefulStopMs: number;
  readonly exec: string;
  readonly env: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** The executor's own part, in its schema's shape. */
  readonly config: unknown;
}

export interface HttpSettings {
  readonly discardResponseBodies: boolean;
  readonly insecureSkipTlsVerify: boolean;
  readonly noConnectionReuse: boolean;
  readonly userAgent: string;
}

export interface Options {
  readonly scenarios: readonly Scenario[];
  readonly thresholds: Thresholds;
  readonly tags: Readonly<Record<string, string>>;
  readonly summaryTrendStats: readonly string[];
  readonly setupTimeoutMs: number;
  readonly teardownTimeoutMs: number;
  readonly http: HttpSettings;
  /** As the script wrote them, for `exec.test.options`. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** The script's `options` export, checked. Throws `unsupported` for what k6 has and we lack, `bad-input` for the rest. */
export function parseOptions(raw: unknown, scriptPath: string): Options {
  const given = (raw ?? {}) as Record<string, unknown>;
  for (const name of unsupported) {
    if (given[name] !== undefined) throw refuse(`options.${name}`, scriptPath, given[name]);
  }
  const options = check(schema, given, 'options', scriptPath);
  return {
    scenarios: scenariosOf(options, scriptPath),
    thresholds: thresholdsOf(options.thresholds ?? {}),
    tags: options.tags ?? {},
    summaryTrendStats: options.summaryTrendStats ?? ['avg', 'min', 'med', 'max', 'p(90)', 'p(95)'],
    setupTimeoutMs: options.setupTimeout ?? 60_000,
    teardownTimeoutMs: options.teardownTimeout ?? 60_000,
    http: {
      discardResponseBodies: options.discardResponseBodies ?? false,
      insecureSkipTlsVerify: options.insecureSkipTLSVerify ?? false,
      noConnectionReuse: options.noConnectionReuse ?? false,
      userAgent: options.userAgent ?? 'faultflix-load/1',
    },
    raw: given,
  };
}

type Given = z.infer<typeof schema>;

/** k6's shortcuts: stages, or duration, or iterations at the top level stand for one scenario named `default`. */
function scenariosOf(options: Given, scriptPath: string): Scenario[] {
  const { vus = 1, iterations, stages } = options;
  const ways = [options.scenarios && 'scenarios', stages && 'stages'].filter(Boolean);
  if (ways.length > 1 || (ways.length === 1 && (options.duration !== undefined || iterations !== undefined))) {
    throw new FaultflixError('bad-input', 'options say in two ways what is to run', {
      where: scriptPath,
      expected: 'one of scenarios, stages, vus with duration, vus with iterations',
      received: Object.keys(options).join(', '),
    });
  }
  if (options.scenarios) {
    return Object.entries(options.scenarios).map(([name, scenario]) => scenarioOf(name, scenario, scriptPath));
  }
  if (stages) {
    const given = (options as { stages: { duration: number; target: number }[] }).stages;
    return [scenarioOf('default', { executor: 'ramping-vus', startVUs: vus, stages: given }, scriptPath)];
  }
  if (options.duration !== undefined && iterations === undefined) {
    return [scenarioOf('default', { executor: 'constant-vus', vus, duration: options.duration }, scriptPath)];
  }
  const maxDuration = options.duration === undefined ? {} : { maxDuration: options.duration };
  return [
    scenarioOf(
      'default',
      { executor: 'shared-iterations', vus, iterations: iterations ?? vus, ...maxDuration },
      scriptPath,
    ),
  ];
}

function scenarioOf(name: string, raw: Record<string, unknown>, scriptPath: string): Scenario {
  const where = `options.scenarios.${name}`;
  if (raw.options !== undefined) throw refuse(`${where}.options`, scriptPath, raw.options);
  const common = check(scenarioSchema, raw, where, scriptPath);
  const executor = executorNamed(common.executor);
  if (!executor) throw refuse(`${where}.executor`, scriptPath, common.executor, executorNames().join(', '));
  const own = Object.fromEntries(Object.entries(raw).filter(([key]) => !(key in scenarioSchema.shape)));
  const { startTime, gracefulStop, exec, env, tags } = common;
  return {
    name,
    executor: common.executor,
    startTimeMs: startTime,
    gracefulStopMs: gracefulStop,
    exec,
    env,
    tags,
    config: check(executor.schema, own, where, scriptPath),
  };
}

function thresholdsOf(given: NonNullable<Given['thresholds']>): Thresholds {
  const parsed: Record<string, Threshold[]> = {};
  for (const [selector, list] of Object.entries(given)) {
    const where = `options.thresholds["${selector}"]`;
    parsed[selector] = [list].flat().map((each) => {
      if (typeof each === 'string') return parseThreshold(each, where);
      const { threshold, abortOnFail = false, delayAbortEval = 0 } = each;
      return parseThreshold(threshold, where, { abortOnFail, delayAbortEvalMs: delayAbortEval });
    });
  }
  return parsed;
}

function check<T>(type: z.ZodType<T>, value: unknown, where: string, scriptPath: string): T {
  const result = type.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const path = [where, ...issue.path.map(String)].join('.');
  const at = issue.path.reduce<unknown>(
    (each, key) => (each as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  throw new FaultflixError('bad-input', `${path}: ${issue.message}`, {
    where: `${scriptPath}:${path}`,
    expected: issue.message,
    received: JSON.stringify(at) ?? String(at),
  });
}

function refuse(what: string, scriptPath: string, received: unknown, expected?: string): FaultflixError {
  return new FaultflixError('unsupported', `the embedded driver has no ${what}`, {
    where: scriptPath,
    ...(expected ? { expected } : {}),
    received: JSON.stringify(received) ?? String(received),
    todo: 'run the script with k6 (--driver k6), or do without it',
  });
}
