import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { FaultflixError } from '#base/errors.ts';

/** The user's own k6: `$K6`, else the first on PATH; undefined when there is none. A wrong `$K6` is `bad-input`. */
export async function findK6(env: Readonly<Record<string, string | undefined>>): Promise<string | undefined> {
  if (env.K6) {
    if (executable(env.K6)) return env.K6;
    throw new FaultflixError('bad-input', '$K6 is not a program', { where: 'K6', received: env.K6 });
  }
  return (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'k6'))
    .find(executable);
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
