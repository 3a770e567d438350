/** An error as people read it: what happened, where, what was expected, what came, what to do. */
import { type FaultflixError, messageOf } from '#base/errors.ts';
import type { Style } from './style.ts';

export function errorText(error: FaultflixError, style: Style): string {
  const rows: ReadonlyArray<readonly [string, string | undefined]> = [
    ['where', error.where],
    ['expected', error.expected],
    ['received', error.received],
    ['cause', error.cause === undefined ? undefined : messageOf(error.cause)],
    ['what to do', error.todo],
  ];
  const width = 'what to do'.length;
  const shown = rows
    .filter((row): row is readonly [string, string] => row[1] !== undefined && row[1] !== error.message)
    .map(
      ([name, text]) => `  ${style('dim', name.padEnd(width))}  ${text.replaceAll('\n', `\n${' '.repeat(width + 4)}`)}`,
    );
  return [`${style('bad', 'error')} ${error.message} ${style('dim', `[${error.code}]`)}`, ...shown].join('\n');
}
