import { FaultflixError } from '#base/errors.ts';
import { measure, tagsOf, theCall } from '../context.ts';
import { refuse } from '../refuse.ts';

/** `k6`: check, group, fail. */

export function check(
  value: unknown,
  sets: Readonly<Record<string, (value: unknown) => unknown>>,
  tags?: Readonly<Record<string, string>>,
): boolean {
  const call = theCall('check');
  let all = true;
  for (const [name, test] of Object.entries(sets)) {
    let outcome: unknown;
    try {
      outcome = typeof test === 'function' ? test(value) : test;
    } catch (thrown) {
      measure(call, 'checks', 0, tagsOf(call, { ...tags, check: name }));
      throw thrown;
    }
    if (outcome instanceof Promise) {
      throw new FaultflixError('bad-input', `check "${name}" is asynchronous`, {
        todo: 'await the value before check',
      });
    }
    if (!outcome) all = false;
    measure(call, 'checks', outcome ? 1 : 0, tagsOf(call, { ...tags, check: name }));
  }
  return all;
}

/** k6 refuses async functions in groups, since a group ends with its function; so do we. */
export function group<T>(name: string, body: () => T): T {
  const call = theCall('group');
  const outer = call.group;
  const startedAtMs = call.run.clock.now();
  call.group = `${outer}::${name}`;
  try {
    const result = body();
    if (result instanceof Promise) {
      throw new FaultflixError('unsupported', `group "${name}" is asynchronous`, {
        todo: 'tag the requests instead: a group ends when its function returns',
      });
    }
    return result;
  } finally {
    measure(call, 'group_duration', call.run.clock.now() - startedAtMs, tagsOf(call));
    call.group = outer;
  }
}

export function fail(message = ''): never {
  throw new Error(message);
}

/** Blocks, as in k6: in setup and teardown only. */
export function sleep(seconds: number): void {
  const call = theCall('sleep');
  if (call.phase === 'iteration') {
    refuse('sleep in iterations', `${blocks}: await new Promise((done) => setTimeout(done, ms)), which k6 has too`);
  }
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.max(0, seconds * 1_000));
}

export function randomSeed(): never {
  refuse('randomSeed', 'Math.random cannot be seeded here: bring a generator and seed it from __ENV');
}

const blocks = 'it blocks, and all virtual users share one thread here';

export default { check, group, fail, sleep, randomSeed };
