/** What `npm run data` and `npm run train` have in common: options, Ctrl-C, errors in words, exit codes of the catalogue. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { asFaultflixError, exitCodeOf, FaultflixError, messageOf } from '#base/errors.ts';

export type Values = Readonly<Record<string, string | boolean | undefined>>;

export interface Command {
  readonly name: string;
  readonly help: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  readonly run: (values: Values, signal: AbortSignal) => Promise<void>;
}

/** Runs a command of the command line to its exit code. Ctrl-C aborts the signal; a second one ends at once. */
export async function main({ name, help, options, run }: Command): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const shared = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
  let json = process.argv.includes('--json');
  try {
    const values = parsed({ ...options, ...shared }, name);
    json = values.json === true;
    if (values.help) console.log(help);
    else await run(values, stop.signal);
  } catch (thrown) {
    const error = stop.signal.aborted ? new FaultflixError('aborted', 'stopped') : asFaultflixError(thrown);
    if (json) console.log(JSON.stringify({ type: 'error', error }));
    console.error(
      `${messageOf(error)}${error.received ? `: ${error.received}` : ''}${error.where ? ` (${error.where})` : ''}`,
    );
    if (error.expected) console.error(`expected: ${error.expected}`);
    if (error.todo) console.error(error.todo);
    process.exitCode = exitCodeOf(error);
  }
}

function parsed(options: NonNullable<ParseArgsConfig['options']>, name: string): Values {
  try {
    return parseArgs({ options }).values as Values;
  } catch (cause) {
    throw new FaultflixError('bad-input', (cause as Error).message, { todo: `npm run ${name} -- --help` });
  }
}
