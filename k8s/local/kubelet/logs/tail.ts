import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The last bytes of a file as text; empty when it is not there. */
export function readTail(file: string, bytes: number): string {
  let fd: number | undefined;
  try {
    fd = openSync(file, 'r');
    const from = Math.max(0, fstatSync(fd).size - bytes);
    const content = Buffer.alloc(bytes);
    return content.toString('utf8', 0, readSync(fd, content, 0, bytes, from));
  } catch {
    return '';
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
