/** Where a command speaks: to people through the terminal, to programs through JSON lines when they asked for them. */
import type { Clock } from '#base/clock.ts';
import { styleFor } from './style.ts';
import { Terminal, type TextStream } from './terminal.ts';

export interface Output {
  readonly terminal: Terminal;
  readonly json: boolean;
  /** One JSON line on stdout; nothing unless `--json`. */
  emit(event: Readonly<Record<string, unknown>>): void;
  /** The command's result as text on stdout; nothing with `--json`. */
  print(text?: string): void;
}

export interface OutputOptions {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly json: boolean;
}

export function outputTo({ stdout, stderr, env, clock, json }: OutputOptions): Output {
  const stream = json ? stderr : stdout;
  const terminal = new Terminal({ stream, clock, style: styleFor(stream, env) });
  return {
    terminal,
    json,
    emit: (event) => void (json && stdout.write(`${JSON.stringify(event)}\n`)),
    print: (text = '') => void (!json && terminal.line(text)),
  };
}
