/** What both drivers produce: k6's own model of a measurement (a `Point` of its JSON output). */
export interface Sample {
  readonly metric: string;
  /** When it was measured, epoch ms; for a request, its end. */
  readonly atMs: number;
  readonly value: number;
  readonly tags: Tags;
}

export type Tags = Readonly<Record<string, string>>;
export const noTags: Tags = Object.freeze({});

export const metricTypes = ['counter', 'gauge', 'rate', 'trend'] as const;
export type MetricType = (typeof metricTypes)[number];

export interface MetricInfo {
  readonly name: string;
  readonly type: MetricType;
  /** `time` is milliseconds, `data` bytes. */
  readonly contains: 'default' | 'time' | 'data';
}

/** k6's built-in metrics that a driver without browser, gRPC and WebSocket has. */
export const builtIn: readonly MetricInfo[] = [
  { name: 'vus', type: 'gauge', contains: 'default' },
  { name: 'vus_max', type: 'gauge', contains: 'default' },
  { name: 'iterations', type: 'counter', contains: 'default' },
  { name: 'iteration_duration', type: 'trend', contains: 'time' },
  { name: 'dropped_iterations', type: 'counter', contains: 'default' },
  { name: 'checks', type: 'rate', contains: 'default' },
  { name: 'group_duration', type: 'trend', contains: 'time' },
  { name: 'data_sent', type: 'counter', contains: 'data' },
  { name: 'data_received', type: 'counter', contains: 'data' },
  { name: 'http_reqs', type: 'counter', contains: 'default' },
  { name: 'http_req_failed', type: 'rate', contains: 'default' },
  { name: 'http_req_duration', type: 'trend', contains: 'time' },
  { name: 'http_req_blocked', type: 'trend', contains: 'time' },
  { name: 'http_req_connecting', type: 'trend', contains: 'time' },
  { name: 'http_req_tls_handshaking', type: 'trend', contains: 'time' },
  { name: 'http_req_sending', type: 'trend', contains: 'time' },
  { name: 'http_req_waiting', type: 'trend', contains: 'time' },
  { name: 'http_req_receiving', type: 'trend', contains: 'time' },
];
