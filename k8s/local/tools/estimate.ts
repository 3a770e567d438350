import { availableParallelism } from 'node:os';
import type { BuildGroup, Tool } from './catalogue.ts';
import type { OnProgress } from './progress.ts';

/** How long a build takes with nothing compiled, on this machine if nothing else runs. */
export function coldBuildMs({ estimate }: BuildGroup): number {
  return Math.round((estimate.cpuSeconds * 1_000) / availableParallelism());
}

export const namesOf = (tools: readonly Tool[]): string => tools.map(({ name }) => name).join(', ');

/** Says at once that something is to be built and how long that may take, before anything is known. */
export function announceBuild(group: BuildGroup, tools: readonly Tool[], onProgress: OnProgress): void {
  const { packages } = group.estimate;
  onProgress({
    what: namesOf(tools),
    way: 'build',
    done: 0,
    total: packages,
    unit: 'packages',
    etaMs: coldBuildMs(group),
  });
}
