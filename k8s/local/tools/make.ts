import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '#base/clock.ts';
import { asFaultflixError, messageOf } from '#base/errors.ts';
import type { ProcessId } from '../processes/identity.ts';
import { cached, publish, toolFolder } from './cache.ts';
import { type BuildGroup, type Tool, type ToolName, thisPlatform } from './catalogue.ts';
import { announceBuild } from './estimate.ts';
import type { Failure } from './failure.ts';
import type { EnsureOptions } from './options.ts';
import { clearWorkDirs, createWorkDir, recordBuilder } from './work-dir.ts';

export interface GroupResult {
  readonly paths: Map<ToolName, string>;
  readonly failures: readonly Failure[];
}

export type GroupOptions = EnsureOptions & {
  /** Runs one thing after another. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
};

interface Missing {
  readonly tool: Tool;
  readonly why: string;
}

/** Which of the tools the cache holds. */
export async function lookUp({ dir, platform = thisPlatform(), onProgress }: EnsureOptions, tools: readonly Tool[]) {
  const paths = new Map<ToolName, string>();
  const missing: Missing[] = [];
  for (const tool of tools) {
    const found = await cached(toolFolder(dir, tool, platform), tool);
    if ('no' in found) {
      missing.push({ tool, why: found.no });
      continue;
    }
    const { path, bytes } = found;
    paths.set(tool.name, path);
    onProgress({ what: tool.name, way: 'cache', done: bytes, total: bytes, unit: 'bytes', etaMs: 0 });
  }
  return { paths, missing };
}

/** Fetches or builds the tools that the cache lacks. The caller holds the group's lock. */
export async function makeMissing(
  options: GroupOptions,
  group: BuildGroup,
  tools: readonly Tool[],
): Promise<GroupResult> {
  const { dir, signal } = options;
  await clearWorkDirs(dir);
  const { paths, missing } = await lookUp({ ...options, onProgress: () => {} }, tools); // made while we waited, perhaps
  const workDir = await createWorkDir(dir, group.name);
  try {
    const tried = await Promise.all(missing.map((each) => tryDownload(options, workDir, each)));
    signal.throwIfAborted();
    for (const { tool, path } of tried) if (path !== undefined) paths.set(tool.name, path);
    const left = tried.filter(({ path }) => path === undefined);
    if (left.length === 0) return { paths, failures: [] };
    const toBuild = left.map(({ tool }) => tool);
    announceBuild(group, toBuild, options.onProgress);
    // Each build uses all cores, so they take turns.
    const built = await options.inTurn(() => tryBuild(options, group, workDir, toBuild));
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
    const { goBuild } = await import('./go-build.ts');
    const onStart = (id: ProcessId) => recordBuilder(workDir, id);
    const programs = await goBuild({ group, tools, workDir: buildDir, env, onProgress, onStart, signal, clock });
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
