import { type PlayedLine, parseLine } from '../load/stream.ts';

/**
 * What the auditor knows: observations that viewers made, and when faults began. It is made outside the platform, by
 * the load driver, so that the platform never grades itself.
 */
export interface History {
  readonly plays: readonly Play[];
  /** Epoch ms, ascending. */
  readonly faultsAtMs: readonly number[];
  /** The last moment of which anything is known. */
  readonly untilMs: number;
  /** Whether the driver said its last word. */
  readonly complete: boolean;
  /** Lines that were of the stream. 0: there was no history at all. */
  readonly lines: number;
}

export interface Play {
  readonly playback: string;
  readonly session: string;
  readonly title: string;
  /** In the order of time. */
  readonly observations: readonly Observation[];
}

export type Observation = Pick<PlayedLine, 'atMs' | 'event' | 'by' | 'code'>;

/** A fault's beginning, written among the lines of the stream by whoever caused it. */
interface FaultLine {
  readonly type: 'fault';
  readonly atMs: number;
}

/** Reads a history line by line. Lines that are neither of the stream nor a fault are skipped. */
export class HistoryReader {
  readonly #plays = new Map<string, { session: string; title: string; observations: Observation[] }>();
  readonly #faults: number[];
  #untilMs = 0;
  #complete = false;
  #lines = 0;

  constructor(faultsAtMs: readonly number[] = []) {
    this.#faults = [...faultsAtMs];
  }

  add(text: string): void {
    const fault = faultOf(text);
    if (fault) {
      this.#faults.push(fault.atMs);
      return;
    }
    const line = parseLine(text);
    if (!line) return;
    this.#lines++;
    if (line.type === 'played') this.#observe(line);
    if (line.type === 'end') this.#complete = true;
    const atMs = 'atMs' in line ? line.atMs : 0;
    this.#untilMs = Math.max(this.#untilMs, atMs);
  }

  #observe({ playback, session, title, atMs, event, by, code }: PlayedLine): void {
    const key = `${session}/${playback}`;
    const play = this.#plays.get(key) ?? { session, title, observations: [] };
    this.#plays.set(key, play);
    play.observations.push({ atMs, event, ...(by ? { by } : {}), ...(code ? { code } : {}) });
  }

  history(): History {
    const plays = [...this.#plays].map(([key, { session, title, observations }]) => ({
      playback: key.slice(session.length + 1),
      session,
      title,
      observations: observations.toSorted((a, b) => a.atMs - b.atMs),
    }));
    return {
      plays,
      faultsAtMs: this.#faults.toSorted((a, b) => a - b),
      untilMs: this.#untilMs,
      complete: this.#complete,
      lines: this.#lines,
    };
  }
}

function faultOf(text: string): FaultLine | undefined {
  if (!text.startsWith('{"type":"fault"')) return undefined;
  try {
    const value = JSON.parse(text) as FaultLine;
    return Number.isFinite(value.atMs) ? value : undefined;
  } catch {
    return undefined;
  }
}
