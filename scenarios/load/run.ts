#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { asFaultflixError, exitCodeOf, FaultflixError } from '#base/errors.ts';
import { runEmbedded } from './driver/main.ts';
import { findK6 } from './k6/find.ts';
import { runK6 } from './k6/main.ts';
import { help, parseSettings } from './settings.ts';
import type { Line } from './stream.ts';

/** Entry point of the load: picks a driver, runs the script with it, and writes the load stream. */
async function main(): Promise<number> {
  const settings = parseSettings(process.argv.slice(2));
  if (!settings) {
    process.stdout.write(help);
    return 0;
  }
  const scriptPath = find(settings.script);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(new Error(signal)));
  // Nobody reads any more: there is nothing left to drive for.
  process.stdout.on('error', (error) => stop.abort(error));
  const emit = (line: Line) => {
    if (settings.stream) process.stdout.write(`${JSON.stringify(line)}\n`);
  };
  const k6 = settings.driver === 'embedded' ? undefined : await findK6(process.env);
  if (!k6 && settings.driver === 'k6') {
    throw new FaultflixError('could-not-run', 'k6 was asked for and is not there', {
      expected: '$K6, or k6 on PATH',
      todo: 'install k6, name it in $K6, or use --driver embedded',
    });
  }
  const env = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? '']));
  const seed = Number(env.FAULTFLIX_SEED ?? 1) || 1;
  const common = { scriptPath, script: basename(scriptPath), env, seed, signal: stop.signal, emit };
  const exitCode = k6 ? await runK6({ ...common, k6 }) : await runEmbedded({ ...common, stream: settings.stream });
  // All lines out before the end: stdout may be a pipe, and a script may have left timers behind.
  await new Promise<void>((done) => process.stdout.write('', () => done()));
  return exitCode;
}

function find(script: string): string {
  for (const path of [resolve(script), resolve(import.meta.dirname, script)]) if (existsSync(path)) return path;
  throw new FaultflixError('bad-input', `no such script: ${script}`, {
    expected: `a file, or one of ${import.meta.dirname}`,
    received: script,
  });
}

main().then(
  (exitCode) => process.exit(exitCode),
  (thrown) => {
    const error = asFaultflixError(thrown);
    process.stderr.write(`${JSON.stringify(error)}\n`);
    process.exit(exitCodeOf(error));
  },
);
