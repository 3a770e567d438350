import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { childOf, readDescriptor } from '../process/proc.ts';

/** As the protocol spells it. */
export interface TerminalSize {
  readonly Width: number;
  readonly Height: number;
}

/**
 * A command below a terminal of its own. Node has no pseudo-terminals, so `script` of util-linux makes one. Undefined
 * when the machine lacks it.
 */
export function terminalCommand(command: readonly string[], { Width, Height }: TerminalSize): string[] | undefined {
  const script = (process.env.PATH ?? '/usr/bin:/bin')
    .split(delimiter)
    .map((folder) => join(folder, 'script'))
    .find(executable);
  if (script === undefined) return undefined;
  return [
    script,
    '--quiet',
    '--return',
    '--flush',
    '--command',
    `stty rows ${Number(Height)} cols ${Number(Width)} 2>/dev/null; exec ${command.map(quote).join(' ')}`,
    '/dev/null',
  ];
}

/** Gives the terminal below `script` another size. A terminal that is not there yet is asked for again shortly after. */
export function resizeTerminal(pid: number, { Width, Height }: TerminalSize, tries = 400): void {
  const child = childOf(pid);
  const terminal = child === undefined ? undefined : readDescriptor(child, 0);
  if (terminal?.startsWith('/dev/pts/')) {
    const stty = spawn('stty', ['-F', terminal, 'rows', String(Height), 'cols', String(Width)], { stdio: 'ignore' });
    stty.on('error', () => undefined); // without stty the terminal keeps the size it has
  } else if (tries > 0) setTimeout(() => resizeTerminal(pid, { Width, Height }, tries - 1), 25);
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
