import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The shell around a container's program: it outlives the kubelet, so that a new kubelet still learns the exit code.
 *
 * - `pid` is made exclusively: an attempt runs once, however often it is started.
 * - The traps keep the wrapper alive through signals to the whole group; the program gets the default actions, since
 *   only ignored signals are inherited.
 * - The shell's own words ("Killed") do not get into the container's log: only the program's shell has the log as its
 *   stderr, and becomes the program.
 *
 * Arguments: the attempt's folder, then the program and its arguments.
 */
export const WRAPPER = `d=$1; shift
set -C; { echo $$ >"$d/pid"; } 2>/dev/null || exit 125; set +C
trap : TERM INT HUP QUIT USR1 USR2 ALRM PIPE
exec 3>&2 2>/dev/null
(exec "$@" 2>&3 3>&-)
c=$?; echo $c >"$d/exit"; exit $c`;

/** The recorded exit: undefined while the program runs, or when the wrapper itself was killed. */
export function readExit(folder: string): { readonly exitCode: number; readonly atMs: number } | undefined {
  const file = join(folder, 'exit');
  try {
    const text = readFileSync(file, 'utf8');
    if (!/^\d+\n$/.test(text)) return undefined;
    return { exitCode: Number(text), atMs: Math.round(statSync(file).mtimeMs) };
  } catch {
    return undefined;
  }
}

/** The wrapper's pid as it wrote it; undefined when it never began. */
export function readWrapperPid(folder: string): number | undefined {
  try {
    const text = readFileSync(join(folder, 'pid'), 'utf8');
    return /^\d+\n$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}
