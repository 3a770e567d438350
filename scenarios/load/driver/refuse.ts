import { FaultflixError } from '#base/errors.ts';
import { theRun } from './context.ts';

/**
 * Refuses, by name, what k6 has and this driver lacks. It also ends the run: a script that swallows the error must not
 * end up with a run that measured something else than it says.
 */
export function refuse(what: string, todo = 'run the script with k6 (--driver k6), or do without it'): never {
  const run = theRun();
  const error = new FaultflixError('unsupported', `the embedded driver has no ${what}`, {
    where: run.scriptPath,
    todo,
  });
  run.refused(error);
  throw error;
}
