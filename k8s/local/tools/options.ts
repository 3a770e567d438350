import type { Clock } from '#base/clock.ts';
import type { Platform, ReleaseHosts, ToolName } from './catalogue.ts';
import type { DownloadLimits } from './download.ts';
import type { OnProgress } from './progress.ts';

export interface EnsureOptions {
  readonly tools: readonly ToolName[];
  /** The cache: `toolsDir()` of cache.ts. */
  readonly dir: string;
  readonly hosts: ReleaseHosts;
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  readonly platform?: Platform;
  readonly limits?: Partial<DownloadLimits>;
}
