import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync, readSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** As the kubelet's defaults: containerLogMaxSize, and how often sizes are looked at (containerLogMonitorInterval). */
export const LOG_MAX_BYTES: number = 10 * 1024 * 1024;
export const LOG_MONITOR_MS = 10_000;

/** Offsets in a log. What lies before `kept` is gone from the disk; `kubectl logs` shows what lies after `shown`. */
export interface LogHead {
  readonly shown: number;
  readonly kept: number;
}

const START: LogHead = { shown: 0, kept: 0 };
const headFileOf = (folder: string) => join(folder, 'head');

export function readHead(folder: string): LogHead {
  try {
    return JSON.parse(readFileSync(headFileOf(folder), 'utf8')) as LogHead;
  } catch {
    return START; // never rotated
  }
}

/** The head after a look at a log of `size` bytes whose last whole line ends at `lineEnd`; the same one when it is not due. */
export function nextHead(
  head: LogHead,
  { size, lineEnd }: { readonly size: number; readonly lineEnd: number },
): LogHead {
  return size - head.shown < LOG_MAX_BYTES ? head : { shown: lineEnd, kept: head.shown };
}

/**
 * Rotates a log that has grown too big. The container writes to the file itself and must never be stopped for it, so
 * the file stays and loses its beginning: a hole takes the place of what is too old (fallocate(1) of util-linux; without
 * it nothing is freed). What followers may still be reading, one size more, stays. Resolves whether it was rotated.
 */
export async function rotate(file: string, folder: string): Promise<boolean> {
  const head = readHead(folder);
  const next = nextHead(head, look(file));
  if (next === head) return false;
  const temporary = `${headFileOf(folder)}.new`;
  writeFileSync(temporary, JSON.stringify(next), { mode: 0o600 });
  renameSync(temporary, headFileOf(folder));
  if (next.kept > 0) await punch(file, next.kept);
  return true;
}

const LONGEST_LINE = 64 * 1024;

function look(file: string): { readonly size: number; readonly lineEnd: number } {
  const fd = openSync(file, 'r');
  try {
    const { size } = fstatSync(fd);
    const from = Math.max(0, size - LONGEST_LINE);
    const last = Buffer.alloc(size - from);
    const length = readSync(fd, last, 0, last.length, from);
    const newline = last.subarray(0, length).lastIndexOf(10);
    return { size, lineEnd: newline < 0 ? size : from + newline + 1 };
  } finally {
    closeSync(fd);
  }
}

function punch(file: string, bytes: number): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn('fallocate', ['--punch-hole', '--offset', '0', '--length', String(bytes), file], {
      stdio: 'ignore',
    });
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
}
