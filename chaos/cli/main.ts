#!/usr/bin/env node
/** The `faultflix` command: finds the command, hands it the edges of this process, ends with its exit code. */
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#base/clock.ts';
import { asFaultflixError, exitCodeOf } from '#base/errors.ts';
import { parseArguments } from './arguments.ts';
import { commandHelp, programHelp } from './help.ts';
import { commandNames, loadCommand } from './registry.ts';
import { stopOnSignals } from './stop.ts';
import { errorText } from './terminal/error-text.ts';
import { outputTo } from './terminal/output.ts';
import { styleFor } from './terminal/style.ts';

// Commands load late, after this: a second start then reads compiled code.
const cacheHome = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
enableCompileCache(process.env.NODE_COMPILE_CACHE ?? join(cacheHome, 'faultflix', 'compile-cache'));

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const commands = await Promise.all(
      commandNames().map(async (each) => [each, (await loadCommand(each)).summary] as const),
    );
    process.stdout.write(`${programHelp(commands)}\n`);
    return name === undefined ? 2 : 0;
  }
  const command = await loadCommand(name);
  const { options, positionals } = command.passThrough
    ? { options: {}, positionals: rest }
    : parseArguments(name, command, rest);
  if (options.help) {
    process.stdout.write(`${commandHelp(name, command)}\n`);
    return 0;
  }
  const { env, stdout, stderr } = process;
  const out = outputTo({ stdout, stderr, env, clock: systemClock, json: options.json === true });
  const stop = stopOnSignals(systemClock);
  try {
    return await command.run({ options, positionals, env, cwd: process.cwd(), out, clock: systemClock, stop } as never);
  } finally {
    out.terminal.live(undefined);
    stop.dispose();
  }
}

// A reader that went away (`faultflix … | head`, a closed terminal) must not keep us from tidying up.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (thrown) {
  const error = asFaultflixError(thrown);
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ type: 'error', error })}\n`);
  process.stderr.write(`${errorText(error, styleFor(process.stderr, process.env))}\n`);
  if (error.code === 'internal' && thrown instanceof Error && thrown.stack) process.stderr.write(`${thrown.stack}\n`);
  process.exitCode = exitCodeOf(error);
}
