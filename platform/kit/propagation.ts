import { randomHex } from './ids.ts';
import { isPriority, type Priority, priorities, type RequestContext } from './request-context.ts';

/**
 * The wire form of what travels with a request: `traceparent` (https://www.w3.org/TR/trace-context/) and `baggage`
 * (https://www.w3.org/TR/baggage/) with members `session`, `priority`, `cohort`, `fault` and
 * `deadline`: milliseconds left.
 */
export const headerNames = {
  traceparent: 'traceparent',
  baggage: 'baggage',
  idempotencyKey: 'idempotency-key',
} as const;

export interface WireContext {
  readonly traceparent: string;
  readonly baggage: string;
}

/** Longest value that is taken from outside; what is longer is not ours. */
const MAX_VALUE = 256;

export interface ParseOptions {
  readonly traceparent: string | undefined;
  readonly baggage: string | undefined;
  readonly nowMs: number;
  /** Deadline known by other means, such as grpc-timeout; the earlier one holds. */
  readonly deadlineAtMs?: number | undefined;
}

/** Never throws: what cannot be read is as if it had not been sent, and a request without a trace starts one. */
export function parseContext({ traceparent, baggage, nowMs, deadlineAtMs }: ParseOptions): RequestContext {
  const trace = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent ?? '');
  const members = parseBaggage(baggage);
  const leftMs = members.deadline === undefined ? Number.NaN : Number(members.deadline);
  const carried = Number.isFinite(leftMs) ? nowMs + leftMs : undefined;
  const known = trace !== null && !/^0+$/.test(trace[1]!);
  return {
    traceId: known ? trace[1]! : randomHex(16),
    spanId: newSpanId(),
    parentSpanId: known && !/^0+$/.test(trace[2]!) ? trace[2]! : undefined,
    sampled: trace ? (Number.parseInt(trace[3]!, 16) & 1) === 1 : true,
    session: members.session,
    priority: priorityOf(members.priority),
    cohort: members.cohort,
    fault: members.fault,
    deadlineAtMs: earlier(carried, deadlineAtMs),
  };
}

/** What a call of this request carries. */
export function wireContext(context: RequestContext, nowMs: number): WireContext {
  const members = [`priority=${context.priority}`];
  if (context.session !== undefined) members.push(`session=${encode(context.session)}`);
  if (context.cohort !== undefined) members.push(`cohort=${encode(context.cohort)}`);
  if (context.fault !== undefined) members.push(`fault=${encode(context.fault)}`);
  if (context.deadlineAtMs !== undefined)
    members.push(`deadline=${Math.max(0, Math.floor(context.deadlineAtMs - nowMs))}`);
  return {
    traceparent: `00-${context.traceId}-${context.spanId}-${context.sampled ? '01' : '00'}`,
    baggage: members.join(','),
  };
}

/** The context of work that no request caused. */
export function freshContext(priority: Priority): RequestContext {
  return {
    traceId: randomHex(16),
    spanId: newSpanId(),
    parentSpanId: undefined,
    sampled: true,
    session: undefined,
    priority,
    cohort: undefined,
    fault: undefined,
    deadlineAtMs: undefined,
  };
}

export const newSpanId = (): string => randomHex(8);

/**
 * Of a request to a route that has a priority: the route's, or a lesser one that the request's baggage asks for. Nobody can
 * ask for more than the route has.
 */
export function priorityWithin(most: Priority, baggage: string | undefined): Priority {
  const { priority: asked } = parseBaggage(baggage);
  if (asked === undefined || !isPriority(asked)) return most;
  return priorities.indexOf(asked) > priorities.indexOf(most) ? asked : most;
}

const priorityOf = (text: string | undefined): Priority => (text !== undefined && isPriority(text) ? text : 'browsing');

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : Math.min(a, b);
}

function parseBaggage(text: string | undefined): Readonly<Record<string, string | undefined>> {
  const members: Record<string, string> = Object.create(null);
  if (text === undefined) return members;
  for (const member of text.split(',', 64)) {
    const [pair] = member.split(';', 1);
    const equals = pair!.indexOf('=');
    if (equals < 1) continue;
    const value = decode(pair!.slice(equals + 1).trim());
    if (value !== undefined && value !== '' && value.length <= MAX_VALUE)
      members[pair!.slice(0, equals).trim()] = value;
  }
  return members;
}

/** Half a surrogate pair, which a client may send in JSON, must not make a call fail. */
const encode = (text: string): string => encodeURIComponent(text.toWellFormed());

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
