/** What a command is. One file in `commands/` exports one as default; the file's name is the command's name. */
import type { Clock } from '#base/clock.ts';
import type { Stop } from './stop.ts';
import type { Output } from './terminal/output.ts';

export interface Option {
  readonly type: 'string' | 'boolean';
  readonly help: string;
  /** What stands for the value in the help, such as `FILE`. */
  readonly value?: string;
}

export type OptionTable = Readonly<Record<string, Option>>;

export type OptionValues<T extends OptionTable> = {
  readonly [K in keyof T]: T[K]['type'] extends 'boolean' ? boolean : string | undefined;
};

export interface CommandContext<T extends OptionTable = OptionTable> {
  readonly options: OptionValues<T>;
  readonly positionals: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly out: Output;
  readonly clock: Clock;
  readonly stop: Stop;
}

export interface Example {
  readonly line: string;
  readonly does: string;
}

export interface Command<T extends OptionTable = OptionTable> {
  readonly summary: string;
  /** Names of the positionals, such as `FILE`; `[FILE]` is optional. Absent: none. */
  readonly positionals?: readonly string[];
  readonly options: T;
  readonly examples: readonly Example[];
  /** All arguments go to the command as they are, `--help` among them. */
  readonly passThrough?: boolean;
  /** Resolves with the exit code of the process. Throws FaultflixError. */
  run(context: CommandContext<T>): Promise<number>;
}

/** Keeps the option table's types for `run`, and forgets them for the registry. */
export function command<const T extends OptionTable>(definition: Command<T>): Command {
  return definition as unknown as Command;
}
