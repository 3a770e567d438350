import { FaultflixError } from '#base/errors.ts';

/**
 * Where spans are sent and how many, by OpenTelemetry's own variables
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ and …/protocol/exporter/). Those that the
 * official exporter reads by itself (headers, timeout, compression, certificates) are not repeated here.
 */
export interface OtlpSettings {
  /** OTEL_TRACES_SAMPLER_ARG: what part of the traces is sent, 0 to 1. The same traces in every process. */
  readonly ratio: number;
  /** OTEL_BSP_MAX_QUEUE_SIZE. */
  readonly queue: number;
  /** OTEL_BSP_MAX_EXPORT_BATCH_SIZE. */
  readonly batch: number;
  /** OTEL_BSP_SCHEDULE_DELAY. */
  readonly delayMs: number;
}

/** The specification's, except the delay of 5 s: a trace is looked at while the fault is there. */
export const otlpDefaults: OtlpSettings = { ratio: 1, queue: 2_048, batch: 512, delayMs: 1_000 };

type Env = Readonly<Record<string, string | undefined>>;

/** Undefined when no endpoint is set: then nothing is sent. Throws `bad-input` with the variable that cannot be read. */
export function otlpSettings(env: Env): OtlpSettings | undefined {
  const name = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
    ? 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'
    : 'OTEL_EXPORTER_OTLP_ENDPOINT';
  const endpoint = env[name];
  if (!endpoint) return undefined;
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? '')) refuse(name, endpoint, 'http://host:4318 or https://…');
  const queue = whole(env, 'OTEL_BSP_MAX_QUEUE_SIZE', otlpDefaults.queue);
  return {
    ratio: ratioOf(env),
    queue,
    batch: Math.min(queue, whole(env, 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE', otlpDefaults.batch)),
    delayMs: whole(env, 'OTEL_BSP_SCHEDULE_DELAY', otlpDefaults.delayMs),
  };
}

/** By the last 56 bits of the trace's id, which are random (https://www.w3.org/TR/trace-context-2/#random-trace-id-flag). */
export function isSent(traceId: string, ratio: number): boolean {
  return ratio >= 1 || Number.parseInt(traceId.slice(-14), 16) < ratio * 2 ** 56;
}

function ratioOf({ OTEL_TRACES_SAMPLER_ARG: text }: Env): number {
  if (!text) return otlpDefaults.ratio;
  const ratio = Number(text);
  return ratio >= 0 && ratio <= 1 ? ratio : refuse('OTEL_TRACES_SAMPLER_ARG', text, '0 to 1');
}

function whole(env: Env, name: string, otherwise: number): number {
  const text = env[name];
  if (!text) return otherwise;
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : refuse(name, text, 'a whole number above 0');
}

function refuse(where: string, received: string, expected: string): never {
  throw new FaultflixError('bad-input', `${where} cannot be read`, { where, received, expected });
}
