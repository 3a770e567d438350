import { existsSync } from 'node:fs';
import { FaultflixError } from '#base/errors.ts';

const FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin'];

/** Where a program of this machine is. Throws `could-not-run` when it is not. */
export function findProgram(name: string): string {
  const path = FOLDERS.map((folder) => `${folder}/${name}`).find((candidate) => existsSync(candidate));
  if (path) return path;
  throw new FaultflixError('could-not-run', `${name} is not on this machine`, {
    expected: `it in one of ${FOLDERS.join(', ')}`,
    todo: `install the package that has it: an image is made of files of this machine`,
  });
}
