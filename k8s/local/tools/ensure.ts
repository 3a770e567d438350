import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { followLock, type Lock, tryLock } from '../processes/lock.ts';
import { type BuildGroup, catalogue, type Tool, type ToolName } from './catalogue.ts';
import { noWayError } from './failure.ts';
import { type GroupOptions, type GroupResult, lookUp, makeMissing } from './make.ts';
import type { EnsureOptions } from './options.ts';
import type { OnProgress, Progress } from './progress.ts';
import { clearWorkDirs } from './work-dir.ts';

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
  await clearWorkDirs(options.dir);
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

/** Runs what it is given one after another. */
function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => {});
    return next;
  };
}
