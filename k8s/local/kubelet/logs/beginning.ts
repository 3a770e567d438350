import { fstatSync, readSync } from 'node:fs';
import { LogIndex } from './log-index.ts';
import { readHead } from './rotation.ts';

export interface LogSource {
  readonly fd: number;
  readonly file: string;
  /** The instance's folder, in which the index is. */
  readonly folder: string;
  /** Options by their names in PodLogOptions. */
  readonly query: URLSearchParams;
}

const CHUNK = 64 * 1024;

/** The offset at which a log is to be shown from, by sinceSeconds, sinceTime and tailLines; always the start of a line. */
export function beginning({ fd, file, folder, query }: LogSource): number {
  const { shown } = readHead(folder);
  let offset = shown;
  const sinceSeconds = query.get('sinceSeconds');
  const sinceTime = query.get('sinceTime');
  if (sinceSeconds || sinceTime) {
    const sinceMs = sinceTime ? Date.parse(sinceTime) : Date.now() - Number(sinceSeconds) * 1_000;
    const since = LogIndex.read(folder, file).offsetSince(sinceMs);
    offset = Math.max(shown, lineAt(fd, Math.min(since, fstatSync(fd).size)));
  }
  const tail = query.get('tailLines');
  return tail === null ? offset : Math.max(offset, tailOffset(fd, Number(tail), shown));
}

/** Where the last `count` lines begin, not before `floor`. */
export function tailOffset(fd: number, count: number, floor = 0): number {
  const { size } = fstatSync(fd);
  if (count <= 0) return size;
  const chunk = Buffer.alloc(CHUNK);
  let seen = 0;
  for (let end = size; end > floor; ) {
    const from = Math.max(floor, end - CHUNK);
    readSync(fd, chunk, 0, end - from, from);
    for (let at = end - from - 1; at >= 0; at--) {
      if (chunk[at] !== 10 || from + at === size - 1) continue;
      seen++;
      if (seen === count) return from + at + 1;
    }
    end = from;
  }
  return floor;
}

/** The first line that begins at `offset` or after it: a container may have been seen in the middle of a line. */
function lineAt(fd: number, offset: number): number {
  if (offset === 0) return 0;
  const chunk = Buffer.alloc(CHUNK);
  for (let at = offset - 1; ; at += CHUNK) {
    const length = readSync(fd, chunk, 0, CHUNK, at);
    const newline = chunk.subarray(0, length).indexOf(10);
    if (newline >= 0) return at + newline + 1;
    if (length < CHUNK) return at + length;
  }
}
