import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { FaultflixError } from '#base/errors.ts';
import type { ConnectionOptions } from './connections.ts';
import type { Exchange } from './exchange.ts';
import type { Prepared } from './prepare.ts';

/** What crosses to the worker: plain data. */
export interface BlockingRequest {
  readonly method: string;
  readonly href: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
  readonly timeoutMs: number;
  readonly keepBody: boolean;
  readonly redirects: number | undefined;
}

export type BlockingAnswer = Omit<Exchange, 'body'> & { readonly href: string; readonly body: Uint8Array | null };

export interface BlockingJob {
  readonly requests: readonly BlockingRequest[];
}

export interface BlockingStart {
  readonly port: MessagePort;
  readonly done: SharedArrayBuffer;
  readonly options: ConnectionOptions;
}

const MARGIN_MS = 5_000;

/**
 * Requests that the caller waits for without letting anything else run, as k6's http.get does: a worker thread makes
 * them while this thread sleeps. Only for setup and teardown, when no virtual user could be held up.
 */
export class Blocking {
  readonly #options: ConnectionOptions;
  readonly #done = new SharedArrayBuffer(4);
  #worker: Worker | undefined;
  #port: MessagePort | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** All at once; answers in the order of the requests. Throws `could-not-run` when the worker does not answer. */
  exchange(prepared: readonly Prepared[]): (Exchange & { url: URL })[] {
    const port = this.#start();
    const requests = prepared.map(({ request: { url, signal, ...rest }, redirects }) => {
      void signal;
      return { ...rest, href: url.href, redirects };
    });
    const flag = new Int32Array(this.#done);
    Atomics.store(flag, 0, 0);
    port.postMessage({ requests } satisfies BlockingJob);
    const longestMs = Math.max(0, ...requests.map(({ timeoutMs }) => timeoutMs)) + MARGIN_MS;
    if (Atomics.wait(flag, 0, 0, longestMs) === 'timed-out') {
      throw new FaultflixError('could-not-run', 'the thread for blocking requests did not answer');
    }
    const { message } = receiveMessageOnPort(port) as { message: BlockingAnswer[] };
    return message.map(({ href, body, ...answer }) => ({
      ...answer,
      url: new URL(href),
      body: body === null ? null : Buffer.from(body.buffer, body.byteOffset, body.byteLength),
    }));
  }

  #start(): MessagePort {
    if (this.#port) return this.#port;
    const { port1, port2 } = new MessageChannel();
    const workerData: BlockingStart = { port: port2, done: this.#done, options: this.#options };
    this.#worker = new Worker(new URL('./blocking-worker.ts', import.meta.url), { workerData, transferList: [port2] });
    this.#worker.unref();
    port1.unref();
    this.#port = port1;
    return port1;
  }

  async close(): Promise<void> {
    this.#port?.close();
    await this.#worker?.terminate();
  }
}
