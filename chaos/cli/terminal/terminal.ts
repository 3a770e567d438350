/**
 * Lines that stay and one live line. On a terminal the live line is redrawn in place; in a log it is printed as a line
 * of its own, at most one each 15 s, so that a log of minutes stays readable.
 */
import type { Clock } from '#base/clock.ts';
import { plain, type Style, visibleLength } from './style.ts';

export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface TerminalOptions {
  readonly stream: TextStream;
  readonly clock: Clock;
  readonly style?: Style;
}

const LOG_EVERY_MS = 15_000;
const CLEAR_LINE = '\r\u001b[2K';

export class Terminal {
  readonly style: Style;
  readonly interactive: boolean;
  readonly #stream: TextStream;
  readonly #clock: Clock;
  #live: string | undefined;
  #loggedAtMs: number;

  constructor({ stream, clock, style = plain }: TerminalOptions) {
    this.#stream = stream;
    this.#clock = clock;
    this.style = style;
    this.interactive = stream.isTTY === true;
    this.#loggedAtMs = clock.now();
  }

  /** Prints lines that stay. */
  line(text = ''): void {
    if (this.interactive && this.#live !== undefined) this.#stream.write(CLEAR_LINE);
    this.#stream.write(`${text}\n`);
    if (!this.interactive) this.#loggedAtMs = this.#clock.now();
    else if (this.#live !== undefined) this.#stream.write(this.#fitted(this.#live));
  }

  /** Sets the live line; undefined takes it away. */
  live(text: string | undefined): void {
    if (this.interactive) {
      if (text === this.#live) return;
      this.#stream.write(text === undefined ? CLEAR_LINE : `${CLEAR_LINE}${this.#fitted(text)}`);
    } else if (text !== undefined && this.#clock.now() - this.#loggedAtMs >= LOG_EVERY_MS) {
      this.line(text);
    }
    this.#live = text;
  }

  /** A line longer than the terminal would wrap and could not be cleared. */
  #fitted(text: string): string {
    const columns = this.#stream.columns ?? 80;
    if (visibleLength(text) < columns) return text;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are cut with the rest
    return `${text.replace(/\x1b\[[0-9;]*m/g, '').slice(0, Math.max(0, columns - 2))}…`;
  }
}
