import { join } from 'node:path';
import type { Clock } from '#base/clock.ts';
import { cacheRoot } from '../tools/cache-root.ts';
import type { Emit, Stage } from './events.ts';
import { CLUSTER_VARIABLE } from './state-dir.ts';

/** Carries out one stage of a start, told as it begins and, with its time, as it is done. */
export async function inStage<T>(
  { stage, emit, clock }: { readonly stage: Stage; readonly emit: Emit; readonly clock: Clock },
  work: () => Promise<T>,
): Promise<T> {
  const startedAtMs = clock.now();
  emit({ type: 'stage', stage, state: 'started' });
  const result = await work();
  emit({ type: 'stage', stage, state: 'done', ms: clock.now() - startedAtMs });
  return result;
}

/** Of all processes of a cluster: it marks them as this one's. */
export function clusterEnvironment(env: NodeJS.ProcessEnv, instance: string): NodeJS.ProcessEnv {
  return { NODE_COMPILE_CACHE: join(cacheRoot(env), 'compile-cache'), ...env, [CLUSTER_VARIABLE]: instance };
}
