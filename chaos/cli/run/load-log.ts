/** The load's own record: its pod's log through the API, followed while it runs, so that it survives the pod. */
import { createInterface } from 'node:readline';
import type { Clock } from '#base/clock.ts';
import { messageOf } from '#base/errors.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { CHAOS_NAMESPACE } from '#base/names.ts';
import { type Bucket, parseLoadLine } from '../../engine/load-stream.ts';
import type { LoadRecord } from '../../report/record.ts';

const RETRY_MS = 1_000;
/** The load prints a bucket each 100 ms; silence of this length is a dead connection. */
const SILENCE_MS = 30_000;

export class LoadLog {
  readonly #http: KubeHttp;
  readonly #clock: Clock;
  readonly #buckets = new Map<number, Bucket>();
  readonly #broken = new Set<string>();
  #exitCode: number | undefined;
  #summary: Readonly<Record<string, unknown>> | undefined;
  #trouble: string | undefined = 'the load never started';
  #pod: string | undefined;
  #following: Promise<void> | undefined;
  readonly #ended = new AbortController();

  constructor(http: KubeHttp, clock: Clock) {
    this.#http = http;
    this.#clock = clock;
  }

  /** Begins to follow; a pod that is followed already is not followed twice. */
  follow(pod: string): void {
    if (this.#pod === pod) return;
    this.#pod = pod;
    this.#following = this.#follow(pod);
  }

  /** The last whole bucket, for people who watch. */
  get lastBucket(): Bucket | undefined {
    return [...this.#buckets.values()].at(-1);
  }

  /** Stops following and gives what there is, with what is missing said. */
  async finish(): Promise<LoadRecord> {
    if (this.#pod !== undefined && this.#exitCode === undefined) {
      // The last lines may not have come yet.
      await this.#read(this.#pod, false).catch((thrown: unknown) => {
        this.#trouble = `the load's log could not be read to its end: ${messageOf(thrown)}`;
      });
    }
    this.#ended.abort();
    await this.#following;
    const missing = this.#buckets.size > 0 && this.#exitCode !== undefined ? undefined : this.#trouble;
    return {
      buckets: [...this.#buckets.values()].sort((a, b) => a.atMs - b.atMs),
      brokenLines: this.#broken.size,
      ...(missing === undefined ? {} : { missing }),
      ...(this.#summary === undefined ? {} : { summary: this.#summary }),
      ...(this.#exitCode === undefined ? {} : { exitCode: this.#exitCode }),
    };
  }

  async #follow(pod: string): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted && this.#exitCode === undefined) {
      try {
        await this.#read(pod, true);
      } catch (thrown) {
        if (!signal.aborted) this.#trouble = `the load's log ended early: ${messageOf(thrown)}`;
      }
      if (this.#exitCode === undefined) await this.#clock.sleep(RETRY_MS, signal).catch(() => undefined);
    }
  }

  /** Reads from the log's beginning; what was read before is recognised by its time. */
  async #read(pod: string, follow: boolean): Promise<void> {
    const stream = await this.#http.open({
      path: `/api/v1/namespaces/${CHAOS_NAMESPACE}/pods/${pod}/log`,
      query: { follow },
      signal: this.#ended.signal,
      idleTimeoutMs: SILENCE_MS,
    });
    for await (const text of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) this.#take(text);
    if (this.#exitCode === undefined) this.#trouble = "the load's log has no end: the load was stopped or died";
  }

  #take(text: string): void {
    const line = parseLoadLine(text);
    if (line?.type === 'bucket') this.#buckets.set(line.atMs, line);
    else if (line?.type === 'broken') this.#broken.add(text.slice(0, 200));
    else if (line?.type === 'summary') this.#summary = line.metrics;
    else if (line?.type === 'end') this.#exitCode = line.exitCode;
  }
}
