/**
 * The official exporter of OpenTelemetry (OTLP over HTTP, JSON) behind our queue. 90 ms and 26 MB to load: only for who sets
 * an endpoint.
 */
import { type Attributes, type HrTime, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { FaultflixError } from '#base/errors.ts';
import type { Identity } from '../context.ts';
import type { SendSpans } from './export-queue.ts';
import type { Span } from './spans.ts';

type ReadableSpan = Parameters<OTLPTraceExporter['export']>[0][number];

/** Sends to the endpoint of the process's environment, with the exporter's own retries within its own timeout. */
export function otlpSender(identity: Identity): SendSpans {
  const exporter = new OTLPTraceExporter();
  const readable = readableSpans(identity);
  return (spans) =>
    new Promise((resolve, reject) => {
      exporter.export(spans.map(readable), ({ code, error }) => {
        if (code === 0) resolve();
        else reject(new FaultflixError('unavailable', 'the collector did not take the spans', { cause: error }));
      });
    });
}

/** Names of https://opentelemetry.io/docs/specs/semconv/, and of ours for what they do not know. */
function readableSpans({ service, region, pod, podUid, node }: Identity): (span: Span) => ReadableSpan {
  const resource = resourceFromAttributes({
    'service.name': service,
    'service.namespace': 'faultflix',
    'service.instance.id': podUid,
    'cloud.region': region,
    'k8s.namespace.name': region,
    'k8s.pod.name': pod,
    'k8s.pod.uid': podUid,
    'k8s.node.name': node,
  });
  const common = {
    resource,
    instrumentationScope: { name: 'faultflix' },
    links: [],
    events: [],
    ended: true,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
  return ({ traceId, spanId, parentId, kind, name, startMs, durationMs, outcome, asked }) => {
    const context = { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
    const attributes: Attributes = { 'faultflix.outcome': outcome };
    if (outcome !== 'ok') attributes['error.type'] = outcome;
    if (asked !== undefined) attributes['faultflix.asked'] = asked;
    return {
      ...common,
      name,
      kind: kind === 'server' ? SpanKind.SERVER : SpanKind.CLIENT,
      spanContext: () => context,
      ...(parentId === undefined
        ? {}
        : { parentSpanContext: { ...context, spanId: parentId, isRemote: kind === 'server' } }),
      startTime: hrTime(startMs),
      endTime: hrTime(startMs + durationMs),
      duration: hrTime(durationMs),
      status: outcome === 'ok' ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: outcome },
      attributes,
    };
  };
}

function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1e6)];
}
