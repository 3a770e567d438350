import { FaultflixError } from '#base/errors.ts';
import type { Tool } from './catalogue.ts';

/** Why a tool could not be had in any of the three ways, in words. */
export interface Failure {
  readonly tool: Tool;
  readonly cache: string;
  readonly release: string;
  readonly build: string;
}

/** One error for all tools: what is the same for several is said once. */
export function noWayError(failures: readonly Failure[], dir: string): FaultflixError {
  const names = failures.map(({ tool }) => `${tool.name} ${tool.version}`).join(', ');
  const ways = failures.flatMap(({ tool, cache, release }) => [
    `${tool.name}, cache: ${cache}`,
    `${tool.name}, release: ${release}`,
  ]);
  const builds = Map.groupBy(failures, ({ build }) => build);
  for (const [reason, same] of builds)
    ways.push(`${same.map(({ tool }) => tool.name).join(', ')}, go build: ${reason}`);
  return new FaultflixError('could-not-run', `could not get ${names}: cache, release and go build all failed`, {
    expected: 'each tool in the cache, as a release of its project, or built by Go from the module proxy',
    received: `\n  ${ways.join('\n  ')}`,
    where: dir,
    todo: 'connect this machine to the internet (HTTPS_PROXY is honoured), or install Go 1.21 or newer (https://go.dev/dl) with a module proxy it can reach (GOPROXY), and start again: what is done already is kept',
  });
}
