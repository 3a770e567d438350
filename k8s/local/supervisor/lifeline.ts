import { fstatSync } from 'node:fs';
import { FaultflixError } from '#base/errors.ts';

export interface Lifeline {
  /** Aborted by SIGINT, SIGTERM, SIGHUP, the end of stdin, or a reader of stdout that went away. */
  readonly end: AbortSignal;
  /** Aborted by the second of these signals: whoever presses Ctrl-C twice does not want to wait. */
  readonly hurry: AbortSignal;
}

/**
 * What ends this process. Only a pipe or a socket on stdin is a lifeline: /dev/null and a file are at their end at once,
 * and a terminal says SIGHUP when it goes.
 */
export function lifeline(): Lifeline {
  const end = new AbortController();
  const hurry = new AbortController();
  const stop = (why: string) => end.abort(new FaultflixError('cancelled', `ended by ${why}`));
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (end.signal.aborted) hurry.abort(new Error(`a second signal, ${name}`));
      stop(name);
    });
  }
  process.stdout.on('error', () => stop('the reader of its output, who went away'));
  const stdin = stdinStat();
  if (stdin?.isFIFO() || stdin?.isSocket()) {
    process.stdin.on('error', () => stop('the end of stdin'));
    process.stdin.on('end', () => stop('the end of stdin'));
    process.stdin.resume();
  }
  return { end: end.signal, hurry: hurry.signal };
}

function stdinStat() {
  try {
    return fstatSync(0);
  } catch {
    return undefined; // closed from the start
  }
}
