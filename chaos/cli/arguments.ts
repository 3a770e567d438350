/** A command line as options and positionals, strictly: what is not known is refused with the nearest known name. */
import { parseArgs } from 'node:util';
import { FaultflixError } from '#base/errors.ts';
import { nearest } from '../engine/nearest.ts';
import type { Command, OptionTable } from './command.ts';

/** Options that every command takes. */
export const commonOptions = {
  help: { type: 'boolean', help: 'print this help' },
  json: { type: 'boolean', help: 'print JSON lines on stdout; what people read goes to stderr' },
} as const satisfies OptionTable;

export interface ParsedArguments {
  readonly options: Record<string, string | boolean | undefined>;
  readonly positionals: readonly string[];
}

export function parseArguments(name: string, command: Command, argv: readonly string[]): ParsedArguments {
  const table: OptionTable = { ...command.options, ...commonOptions };
  const options: Record<string, string | boolean | undefined> = {};
  for (const [key, option] of Object.entries(table)) options[key] = option.type === 'boolean' ? false : undefined;
  const { tokens, positionals } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(Object.entries(table).map(([key, { type }]) => [key, { type }])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(table, token.name) ? table[token.name] : undefined;
    if (!option) throw unknownOption(name, token.rawName, Object.keys(table));
    options[token.name] = optionValue(name, token, option.type, option.value);
  }
  if (!options.help) checkPositionals(name, command.positionals ?? [], positionals);
  return { options, positionals };
}

interface OptionToken {
  readonly rawName: string;
  readonly value: string | undefined;
}

function optionValue(name: string, token: OptionToken, type: 'string' | 'boolean', placeholder = 'VALUE') {
  if (type === 'boolean') {
    if (token.value === undefined) return true;
    throw new FaultflixError('bad-input', `${token.rawName} takes no value`, {
      expected: token.rawName,
      received: `${token.rawName}=${token.value}`,
      todo: `see \`faultflix ${name} --help\``,
    });
  }
  if (token.value !== undefined && token.value !== '' && !token.value.startsWith('--')) return token.value;
  throw new FaultflixError('bad-input', `${token.rawName} needs a value`, {
    expected: `${token.rawName} ${placeholder}`,
    received: token.value ? `${token.rawName} ${token.value}` : token.rawName,
    todo: `see \`faultflix ${name} --help\``,
  });
}

function unknownOption(name: string, rawName: string, known: readonly string[]): FaultflixError {
  const near = nearest(rawName.replace(/^-+/, ''), known);
  return new FaultflixError('bad-input', `no such option of \`faultflix ${name}\`: ${rawName}`, {
    expected: known.map((option) => `--${option}`).join(', '),
    received: rawName,
    todo: near ? `did you mean --${near}?` : `see \`faultflix ${name} --help\``,
  });
}

function checkPositionals(name: string, wanted: readonly string[], given: readonly string[]): void {
  const required = wanted.filter((positional) => !positional.startsWith('['));
  if (given.length >= required.length && given.length <= wanted.length) return;
  throw new FaultflixError(
    'bad-input',
    given.length < required.length ? 'an argument is missing' : 'too many arguments',
    {
      expected: `faultflix ${[name, ...wanted].join(' ')}`,
      received: `faultflix ${[name, ...given].join(' ')}`,
      todo: `see \`faultflix ${name} --help\``,
    },
  );
}
