import type { Sample } from '../results/sample.ts';
import type { BucketLine, PlayedLine, ToldLine } from '../stream.ts';
import { names } from '../viewer/names.ts';
import { Bucket, SPAN_MS } from './bucket.ts';

export interface AggregatorOptions {
  readonly startedAtMs: number;
  /** How long a bucket waits after its end for samples that are still on their way. */
  readonly graceMs: number;
  readonly emit: (line: BucketLine | PlayedLine | ToldLine) => void;
}

/**
 * Samples in, the stream's buckets out. Pure: time comes with the calls. Every 100 ms from the start to `end` gives
 * exactly one bucket, in order. A sample whose bucket is already out goes into the oldest open one and is counted as
 * late there: its outcome must not be lost, since a lost failure would look like health.
 */
export class Aggregator {
  readonly #options: AggregatorOptions;
  readonly #open: Bucket[] = [];
  #nextAtMs: number;
  #viewers = 0;
  #lateTotal = 0;

  constructor(options: AggregatorOptions) {
    this.#options = options;
    this.#nextAtMs = floor(options.startedAtMs);
  }

  get late(): number {
    return this.#lateTotal;
  }

  add(sample: Sample): void {
    if (sample.metric === names.played) this.#options.emit(playedLine(sample));
    if (sample.metric === names.told) this.#options.emit(toldLine(sample));
    const atMs = floor(sample.atMs);
    const bucket = this.#bucket(Math.max(atMs, this.#nextAtMs));
    if (atMs < this.#nextAtMs) {
      bucket.late++;
      this.#lateTotal++;
    }
    bucket.add(sample);
  }

  /** The driver was `lagMs` late at `atMs`: true of every bucket that the delay touched and that is still open. */
  lag(atMs: number, lagMs: number): void {
    this.#bucket(Math.max(floor(atMs), this.#nextAtMs));
    for (const bucket of this.#open) {
      if (bucket.atMs <= atMs && bucket.atMs + SPAN_MS > atMs - lagMs) bucket.lagMs = Math.max(bucket.lagMs, lagMs);
    }
  }

  /** Writes the buckets that are over, grace included. */
  advance(nowMs: number): void {
    while (this.#nextAtMs + SPAN_MS + this.#options.graceMs <= nowMs) this.#write();
  }

  /** Writes all the rest, up to the one that `nowMs` lies in. */
  end(nowMs: number): void {
    while (this.#nextAtMs <= nowMs || this.#open.length > 0) this.#write();
  }

  #write(): void {
    const bucket = this.#bucket(this.#nextAtMs);
    this.#viewers = bucket.viewers ?? this.#viewers;
    this.#options.emit(bucket.line(this.#viewers));
    this.#open.shift();
    this.#nextAtMs += SPAN_MS;
  }

  /** `#open` holds consecutive buckets from `#nextAtMs` on; a time far ahead (a clock that jumped) counts as a minute. */
  #bucket(atMs: number): Bucket {
    const index = Math.min((atMs - this.#nextAtMs) / SPAN_MS, MOST_AHEAD);
    while (this.#open.length <= index) this.#open.push(new Bucket(this.#nextAtMs + this.#open.length * SPAN_MS));
    return this.#open[index]!;
  }
}

const MOST_AHEAD = 600;

const floor = (ms: number): number => Math.floor(ms / SPAN_MS) * SPAN_MS;

function playedLine({ atMs, tags }: Sample): PlayedLine {
  return {
    type: 'played',
    atMs: Math.round(atMs),
    session: tags.session ?? '',
    title: tags.title ?? '',
    playback: tags.playback ?? '',
    event: (tags.event ?? 'acknowledged') as PlayedLine['event'],
    ...(tags.by ? { by: tags.by } : {}),
    ...(tags.code ? { code: tags.code } : {}),
    acknowledged: true,
    continued: tags.continued === 'true',
  };
}

/** k6 adds tags of its own: what the line is to hold is named. */
const TOLD_TEXTS = ['account', 'mail', 'plan', 'state', 'bill', 'currency'] as const;

function toldLine({ atMs, tags }: Sample): ToldLine {
  const texts = TOLD_TEXTS.flatMap((name) => (tags[name] === undefined ? [] : [[name, tags[name]]]));
  return {
    type: tags.line,
    atMs: Number(tags.since ?? Math.round(atMs)),
    ...Object.fromEntries(texts),
    ...(tags.amount_minor === undefined ? {} : { amountMinor: Number(tags.amount_minor) }),
  } as ToldLine;
}
