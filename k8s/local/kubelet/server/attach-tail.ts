import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { LogClock } from '../logs/log-clock.ts';

interface Options {
  readonly file: string;
  readonly clock: LogClock | undefined;
  readonly onData: (bytes: Buffer) => void;
}

/** Hands on what is appended to a file from now on. Returns how to stop, which hands on the rest first. */
export function tailFrom({ file, clock, onData }: Options): () => void {
  const fd = openSync(file, 'r');
  let at = fstatSync(fd).size;
  const read = () => {
    const chunk = Buffer.alloc(64 * 1024);
    for (
      let length = readSync(fd, chunk, 0, chunk.length, at);
      length > 0;
      length = readSync(fd, chunk, 0, chunk.length, at)
    ) {
      onData(Buffer.from(chunk.subarray(0, length)));
      at += length;
    }
  };
  const forget = clock?.onGrowth(read);
  let stopped = false;
  return () => {
    if (stopped) return;
    stopped = true;
    forget?.();
    read();
    closeSync(fd);
  };
}
