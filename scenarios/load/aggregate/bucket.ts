import type { Sample } from '../results/sample.ts';
import type { BucketLine, Counts } from '../stream.ts';
import { judgedTag, names } from '../viewer/names.ts';
import { toHistogram } from './histogram.ts';

export const SPAN_MS = 100;

interface Latency {
  readonly ms: number;
  readonly everyMs: number;
}

/** One open bucket: takes samples until it is written. */
export class Bucket {
  readonly atMs: number;
  viewers: number | undefined;
  lagMs = 0;
  late = 0;
  readonly #requests: Record<string, Counts> = {};
  readonly #errors: Record<string, number> = {};
  readonly #retried: Record<string, number> = {};
  readonly #latency: Record<string, Latency[]> = {};
  readonly #starts: Counts = { ok: 0, failed: 0 };
  readonly #startupDelay: Latency[] = [];
  #playingMs = 0;
  #rebufferMs = 0;

  constructor(atMs: number) {
    this.atMs = atMs;
  }

  add({ metric, value, tags }: Sample): void {
    const kind = tags.name ?? 'other';
    switch (metric) {
      case names.request:
        this.#outcome(kind, tags.ok === 'true', tags.code, value);
        break;
      case names.requestDuration:
        this.#took(kind, value, Number(tags.every_ms ?? 0));
        break;
      case names.retried:
        bump(this.#retried, `${kind}:${tags.code ?? 'unknown'}`, value);
        break;
      case names.playStarts:
        this.#starts[tags.ok === 'true' ? 'ok' : 'failed'] += value;
        break;
      case names.startupDelay:
        this.#startupDelay.push({ ms: value, everyMs: 0 });
        break;
      case names.playing:
        this.#playingMs += value;
        break;
      case names.rebuffer:
        this.#rebufferMs += value;
        break;
      case names.timerLag:
        this.lagMs = Math.max(this.lagMs, value);
        break;
      case 'dropped_iterations':
        // Nobody was free to make it: someone came and got nothing. Left out, it would look like less load.
        this.#outcome('iteration', false, 'dropped', value);
        break;
      case 'vus':
        this.viewers = value;
        break;
      case 'http_req_failed':
        if (tags[judgedTag] === undefined) this.#outcome(kind, value === 0, codeOf(tags), 1);
        break;
      case 'http_req_duration':
        if (tags[judgedTag] === undefined) this.#took(kind, value, 0);
        break;
    }
  }

  #outcome(kind: string, ok: boolean, code: string | undefined, count: number): void {
    this.#requests[kind] ??= { ok: 0, failed: 0 };
    this.#requests[kind][ok ? 'ok' : 'failed'] += count;
    if (!ok) bump(this.#errors, `${kind}:${code ?? 'unknown'}`, count);
  }

  #took(kind: string, ms: number, everyMs: number): void {
    this.#latency[kind] ??= [];
    this.#latency[kind].push({ ms, everyMs });
  }

  line(viewers: number): BucketLine {
    return {
      type: 'bucket',
      atMs: this.atMs,
      spanMs: SPAN_MS,
      requests: this.#requests,
      errors: this.#errors,
      retried: this.#retried,
      latencyMs: Object.fromEntries(Object.entries(this.#latency).map(([kind, values]) => [kind, toHistogram(values)])),
      starts: this.#starts,
      startupDelayMs: toHistogram(this.#startupDelay),
      playingMs: Math.round(this.#playingMs),
      rebufferMs: Math.round(this.#rebufferMs),
      viewers,
      lagMs: Math.round(this.lagMs),
      ...(this.late > 0 ? { late: this.late } : {}),
    };
  }
}

/** k6 puts an error_code on every failure, HTTP statuses from 400 on included; a status alone is the fallback. */
function codeOf(tags: Sample['tags']): string {
  return tags.error_code ?? (tags.status && tags.status !== '0' ? `http-${tags.status}` : 'unknown');
}

function bump(counts: Record<string, number>, key: string, by: number): void {
  counts[key] = (counts[key] ?? 0) + by;
}
