/** Help texts, made of what the commands say of themselves. */
import { commonOptions } from './arguments.ts';
import type { Command, OptionTable } from './command.ts';

const program = 'faultflix';

/** The whole program's help. `commands` pairs each name with its summary. */
export function programHelp(commands: ReadonlyArray<readonly [name: string, summary: string]>): string {
  return [
    `Usage: ${program} COMMAND [OPTIONS]`,
    '',
    'A mini-Netflix on Kubernetes, faults that prove their effect, verdicts that cannot be green by default.',
    '',
    'Commands:',
    ...columns(commands),
    '',
    `\`${program} COMMAND --help\` says more and gives examples. In a checkout: \`npm run ${program} -- COMMAND …\`.`,
    'Exit codes: 0 held, 1 deviated, 2 bad input, 3 could not run, 4 aborted, 5 inconclusive, 6 residue left.',
  ].join('\n');
}

export function commandHelp(name: string, command: Command): string {
  const table: OptionTable = { ...command.options, ...commonOptions };
  const options = Object.entries(table).map(
    ([key, { help, value, type }]) => [`--${key}${type === 'string' ? ` ${value ?? 'VALUE'}` : ''}`, help] as const,
  );
  return [
    `Usage: ${[program, name, ...(command.positionals ?? []), '[OPTIONS]'].join(' ')}`,
    '',
    command.summary,
    '',
    'Options:',
    ...columns(options),
    '',
    'Examples:',
    ...columns(command.examples.map(({ line, does }) => [line, does] as const)),
  ].join('\n');
}

function columns(rows: ReadonlyArray<readonly [string, string]>): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
