import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, systemClock } from '#base/clock.ts';
import { asFaultflixError, messageOf } from '#base/errors.ts';
import type { ProcessId } from '../processes/identity.ts';
import { followLock, type Lock, tryLock } from '../processes/lock.ts';
import { cached, publish, toolFolder } from './cache.ts';
import {
  type BuildGroup,
  catalogue,
  type Platform,
  type ReleaseHosts,
  type Tool,
  type ToolName,
  thisPlatform,
} from './catalogue.ts';
import type { DownloadLimits } from './download.ts';
import { type Failure, noWayError } from './failure.ts';
import type { goBuild } from './go-build.ts';
import type { OnProgress, Progress } from './progress.ts';
import { clearWorkDirs, createWorkDir, recordBuilder } from './work-dir.ts';

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
  /** Replaces `go build` in tests of what surrounds it. */
  readonly build?: typeof goBuild;
}

/** `ensureTools` with the user's cache and the real releases. */
export type EnsureNamed = (
  what: Pick<EnsureOptions, 'tools' | 'onProgress' | 'signal'> & Partial<Pick<EnsureOptions, 'env'>>,
) => Promise<ToolPaths>;

export type ToolPaths = ReadonlyMap<ToolName, string>;

/**
 * Paths of the tools, each from the first of: the cache, the project's release, `go build`. Rejects with one
 * `could-not-run` that names each tool that could not be had and what failed in each way.
 */
export async function ensureTools(options: EnsureOptions): Promise<ToolPaths> {
  await mkdir(options.dir, { recursive: true });
  const wanted = options.tools.map((name) => catalogue[name]);
  const groups = [...new Set(wanted.map((tool) => tool.group))];
  const inTurn = turns();
  const results = await Promise.all(
    groups.map((group) =>
      ensureGroup(
        { ...options, inTurn },
        group,
        wanted.filter((tool) => tool.group === group),
      ),
    ),
  );
  options.signal.throwIfAborted();
  const failures = results.flatMap((result) => result.failures);
  if (failures.length > 0) throw noWayError(failures, options.dir);
  return new Map(results.flatMap((result) => [...result.paths]));
}

interface GroupResult {
  readonly paths: Map<ToolName, string>;
  readonly failures: readonly Failure[];
}

type GroupOptions = EnsureOptions & { readonly inTurn: <T>(work: () => Promise<T>) => Promise<T> };

async function ensureGroup(options: GroupOptions, group: BuildGroup, tools: readonly Tool[]): Promise<GroupResult> {
  const { dir, signal, onProgress } = options;
  const name = `tools/${createHash('sha256').update(dir).digest('hex').slice(0, 32)}/${group.name}`;
  for (;;) {
    signal.throwIfAborted();
    const { paths, missing } = await lookUp(options, tools);
    if (missing.length === 0) return { paths, failures: [] };
    const lock = await tryLock({ name, doing: 'tools' });
    if (!lock) {
      // Someone else is at it: their progress is ours, and when they are done or dead the cache is looked at again.
      await followLock({ name, signal, onStatus: (status) => onProgress({ ...(status as Progress), shared: true }) });
      continue;
    }
    try {
      return await makeMissing({ ...options, onProgress: telling(lock, onProgress) }, group, tools);
    } finally {
      await lock.release();
    }
  }
}

const telling =
  (lock: Lock, onProgress: OnProgress): OnProgress =>
  (progress) => {
    lock.tell(progress);
    onProgress(progress);
  };

interface Missing {
  readonly tool: Tool;
  readonly why: string;
}

async function lookUp({ dir, platform = thisPlatform(), onProgress }: EnsureOptions, tools: readonly Tool[]) {
  const paths = new Map<ToolName, string>();
  const missing: Missing[] = [];
  for (const tool of tools) {
    const found = await cached(toolFolder(dir, tool, platform), tool);
    if ('path' in found) paths.set(tool.name, found.path);
    else missing.push({ tool, why: found.no });
  }
  for (const what of paths.keys()) onProgress({ what, way: 'cache', done: 1, total: 1, unit: 'packages', etaMs: 0 });
  return { paths, missing };
}

async function makeMissing(options: GroupOptions, group: BuildGroup, tools: readonly Tool[]): Promise<GroupResult> {
  const { dir, signal } = options;
  await clearWorkDirs(dir, group.name);
  const { paths, missing } = await lookUp({ ...options, onProgress: () => {} }, tools); // made while we waited, perhaps
  const workDir = await createWorkDir(dir, group.name);
  try {
    const tried = await Promise.all(missing.map((each) => tryDownload(options, workDir, each)));
    signal.throwIfAborted();
    for (const { tool, path } of tried) if (path !== undefined) paths.set(tool.name, path);
    const left = tried.filter(({ path }) => path === undefined);
    if (left.length === 0) return { paths, failures: [] };
    // Each build uses all cores, so they take turns.
    const built = await options.inTurn(() =>
      tryBuild(
        options,
        group,
        workDir,
        left.map(({ tool }) => tool),
      ),
    );
    signal.throwIfAborted();
    for (const [name, path] of built.paths) paths.set(name, path);
    const failures = left
      .filter(({ tool }) => !paths.has(tool.name))
      .map(({ tool, why, error }) => ({ tool, cache: why, release: error ?? '', build: built.error ?? '' }));
    return { paths, failures };
  } finally {
    await rm(workDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

interface Tried extends Missing {
  readonly path?: string;
  readonly error?: string;
}

async function tryDownload(options: GroupOptions, workDir: string, missing: Missing): Promise<Tried> {
  const { dir, hosts, platform = thisPlatform(), onProgress, signal, limits = {} } = options;
  const { tool } = missing;
  const release = tool.release(hosts, platform);
  const program = join(workDir, tool.name);
  try {
    const { download } = await import('./download.ts'); // large, and seldom needed
    await download({ tool, release, program, onProgress, signal, limits });
    const folder = toolFolder(dir, tool, platform);
    return { ...missing, path: await publish({ tool, program, folder, way: 'download', from: release.url }) };
  } catch (error) {
    return { ...missing, error: explain(error) };
  }
}

async function tryBuild(options: GroupOptions, group: BuildGroup, workDir: string, tools: readonly Tool[]) {
  const { dir, env, onProgress, signal, platform = thisPlatform(), clock = systemClock } = options;
  const paths = new Map<ToolName, string>();
  const buildDir = join(workDir, 'build');
  try {
    await mkdir(buildDir);
    const build = options.build ?? (await import('./go-build.ts')).goBuild;
    const onStart = (id: ProcessId) => recordBuilder(workDir, id);
    const programs = await build({ group, tools, workDir: buildDir, env, onProgress, onStart, signal, clock });
    for (const tool of tools) {
      const folder = toolFolder(dir, tool, platform);
      const from = `${group.module}@${group.moduleVersion}`;
      paths.set(tool.name, await publish({ tool, program: programs.get(tool.name)!, folder, way: 'build', from }));
    }
    return { paths };
  } catch (error) {
    return { paths, error: explain(error) };
  }
}

function explain(thrown: unknown): string {
  const { expected, received } = asFaultflixError(thrown);
  return [messageOf(thrown), expected && `expected ${expected}`, received].filter(Boolean).join('; ');
}

/** Runs what it is given one after another. */
function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => {});
    return next;
  };
}
