import type { IncomingHttpHeaders } from 'node:http';
import type { Agent, Dispatcher } from 'undici';
import { type Failure, failureOf, timedOut } from './error-codes.ts';

export interface ExchangeRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
  readonly timeoutMs: number;
  readonly keepBody: boolean;
  readonly signal: AbortSignal;
}

/** k6's timings, ms. `durationMs` = sending + waiting + receiving. */
export interface Timings {
  readonly blockedMs: number;
  readonly connectingMs: number;
  readonly tlsHandshakingMs: number;
  readonly sendingMs: number;
  readonly waitingMs: number;
  readonly receivingMs: number;
  readonly durationMs: number;
}

export interface Exchange {
  /** 0 when no answer came. Kept when the answer broke off in its body: then `failure` tells. */
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer | null;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly timings: Timings;
  readonly failure: Failure | undefined;
  /** Given up by the driver, not by the network. */
  readonly cancelled: boolean;
}

/** Durations of the connections an agent made, by origin; `connector.ts` fills it. */
export interface ConnectTimes {
  take(origin: string): { connectingMs: number; tlsMs: number } | undefined;
}

const TIMEOUT = Symbol('timeout');
const CANCELLED = Symbol('cancelled');

/** One request over the agent's connections, timed as k6 times it. Never rejects. */
export function exchange(agent: Agent, connects: ConnectTimes, request: ExchangeRequest): Promise<Exchange> {
  return new Promise((resolve) => {
    const queuedAt = performance.now();
    let startedAt: number | undefined;
    let sentAt: number | undefined;
    let firstByteAt: number | undefined;
    let status = 0;
    let statusText = '';
    let headers: IncomingHttpHeaders = {};
    let bytesReceived = 0;
    let controller: Dispatcher.DispatchController | undefined;
    let over = false;
    const chunks: Buffer[] = [];

    const finish = (failure: Failure | undefined, cancelled = false) => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      request.signal.removeEventListener('abort', cancel);
      const endedAt = performance.now();
      const began = startedAt ?? endedAt;
      const sent = Math.max(began, sentAt ?? began);
      const first = firstByteAt ?? endedAt;
      const connect = connects.take(request.url.origin);
      resolve({
        status,
        statusText,
        headers,
        body: request.keepBody ? Buffer.concat(chunks) : null,
        bytesReceived,
        bytesSent: startedAt === undefined ? 0 : sizeOf(request),
        timings: {
          blockedMs: began - queuedAt,
          connectingMs: connect?.connectingMs ?? 0,
          tlsHandshakingMs: connect?.tlsMs ?? 0,
          sendingMs: sent - began,
          waitingMs: Math.max(0, first - sent),
          receivingMs: endedAt - first,
          durationMs: endedAt - began,
        },
        failure,
        cancelled,
      });
    };
    const stop = (why: symbol) => {
      if (why === TIMEOUT) finish(timedOut);
      else finish({ code: 1000, message: 'cancelled' }, true);
      controller?.abort(new Error(String(why.description)));
    };
    const cancel = () => stop(CANCELLED);
    const timer = setTimeout(stop, request.timeoutMs, TIMEOUT);
    request.signal.addEventListener('abort', cancel, { once: true });
    if (request.signal.aborted) return cancel();

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(given) {
        controller = given;
        startedAt = performance.now();
        if (over) given.abort(new Error('over'));
      },
      onRequestSent() {
        sentAt = performance.now();
      },
      onResponseStart(_controller, code, received, text) {
        if (code < 200) return;
        firstByteAt = performance.now();
        status = code;
        statusText = text ?? '';
        headers = received;
      },
      onResponseData(_controller, chunk) {
        bytesReceived += chunk.length;
        if (request.keepBody) chunks.push(chunk);
      },
      onResponseEnd() {
        finish(undefined);
      },
      onResponseError(_controller, error) {
        finish(failureOf(error));
      },
    };
    const { method, url, headers: requestHeaders, body } = request;
    try {
      agent.dispatch(
        {
          origin: url.origin,
          path: url.pathname + url.search,
          method: method as Dispatcher.HttpMethod,
          headers: requestHeaders,
          body,
        },
        handler,
      );
    } catch (thrown) {
      finish(failureOf(thrown));
    }
  });
}

/** About what goes over the wire: request line, headers, body. */
function sizeOf({ method, url, headers, body }: ExchangeRequest): number {
  let size = method.length + url.pathname.length + url.search.length + 12 + url.host.length + 8;
  for (const [name, value] of Object.entries(headers)) size += name.length + value.length + 4;
  return size + (body === null ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength);
}
