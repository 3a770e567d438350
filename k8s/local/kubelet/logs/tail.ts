import { readFileSync } from 'node:fs';

/** The last bytes of a file as text; empty when it is not there. */
export function readTail(file: string, bytes: number): string {
  try {
    const content = readFileSync(file);
    return content.subarray(Math.max(0, content.length - bytes)).toString('utf8');
  } catch {
    return '';
  }
}
