import { FaultflixError } from '#base/errors.ts';
import { theRun } from '../context.ts';

/** `k6/data`: SharedArray, made once a run and frozen, so that no user sees another's change. */
export const SharedArray = function SharedArray(name: string, make: () => unknown[]): readonly unknown[] {
  const { shared } = theRun();
  let array = shared.get(name);
  if (!array) {
    const made = make();
    if (!Array.isArray(made)) {
      throw new FaultflixError('bad-input', `SharedArray "${name}" was not given an array`, { received: typeof made });
    }
    array = deepFreeze(structuredClone(made));
    shared.set(name, array);
  }
  return array;
} as unknown as new (
  name: string,
  make: () => unknown[],
) => readonly unknown[];

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const each of Object.values(value)) deepFreeze(each);
    Object.freeze(value);
  }
  return value;
}

export default { SharedArray };
