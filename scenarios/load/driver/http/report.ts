import { type Call, currentVu, measure, tagsOf } from '../context.ts';
import type { Exchange } from './exchange.ts';
import type { Prepared, StatusTest } from './prepare.ts';
import { type K6Response, responseOf } from './response.ts';

const usual: StatusTest = (status) => status >= 200 && status < 400; // k6's default
const callbacks = new Map<number, StatusTest | null>();

/** The present user's idea of a good status; null: nothing is judged. */
export function setExpectation(callback: StatusTest | null): void {
  callbacks.set(currentVu(), callback);
}

function expectation(): StatusTest | null {
  const own = callbacks.get(currentVu());
  return own === undefined ? usual : own;
}

/** The response for the script, and its samples: k6's built-in HTTP metrics with k6's system tags. */
export function conclude(call: Call, prepared: Prepared, answer: Exchange & { url: URL }): K6Response {
  const response = responseOf(answer, prepared.request, prepared.responseType);
  const test = prepared.responseCallback === undefined ? expectation() : prepared.responseCallback;
  const ok = test === null || (!answer.failure && test(response.status));
  const tags = tagsOf(call, { name: prepared.name, ...prepared.tags });
  tags.method = response.request.method;
  tags.url ??= tags.name ?? '';
  tags.status = String(response.status);
  if (response.proto !== '') tags.proto = response.proto;
  if (response.error_code !== 0) tags.error_code = String(response.error_code);
  if (response.error !== '') tags.error = response.error;
  if (test !== null) tags.expected_response = String(ok);
  const { timings } = answer;
  measure(call, 'http_reqs', 1, tags);
  measure(call, 'http_req_duration', timings.durationMs, tags);
  measure(call, 'http_req_blocked', timings.blockedMs, tags);
  measure(call, 'http_req_connecting', timings.connectingMs, tags);
  measure(call, 'http_req_tls_handshaking', timings.tlsHandshakingMs, tags);
  measure(call, 'http_req_sending', timings.sendingMs, tags);
  measure(call, 'http_req_waiting', timings.waitingMs, tags);
  measure(call, 'http_req_receiving', timings.receivingMs, tags);
  if (test !== null) measure(call, 'http_req_failed', ok ? 0 : 1, tags);
  measure(call, 'data_sent', answer.bytesSent, tags);
  measure(call, 'data_received', answer.bytesReceived, tags);
  return response;
}
