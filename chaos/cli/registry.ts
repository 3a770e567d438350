/** The commands: whatever files `commands/` holds. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FaultflixError } from '#base/errors.ts';
import { nearest } from '../engine/nearest.ts';
import type { Command } from './command.ts';

const folder = join(import.meta.dirname, 'commands');

export function commandNames(): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}

/** Loads one command. Throws `bad-input` with the nearest name when there is no such command. */
export async function loadCommand(name: string): Promise<Command> {
  const names = commandNames();
  if (!names.includes(name)) {
    const near = nearest(name, names);
    throw new FaultflixError('bad-input', `no such command: ${name}`, {
      expected: `one of ${names.join(', ')}`,
      received: name,
      todo: near ? `did you mean \`faultflix ${near}\`?` : 'see `faultflix --help`',
    });
  }
  const module = (await import(pathToFileURL(join(folder, `${name}.ts`)).href)) as { default: Command };
  return module.default;
}
