import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FaultflixError } from '#base/errors.ts';
import { buildImages } from '../../images/build.ts';
import { followLock, type Lock, tryLock } from '../../local/processes/lock.ts';
import { cacheRoot } from '../../local/tools/cache-root.ts';
import { clearWorkDirs, createWorkDir } from '../../local/tools/work-dir.ts';
import { command } from '../command.ts';
import { cloneRoot } from './clone.ts';
import { makeTemplate } from './template.ts';

export interface ProvideImagesOptions {
  /** Root folders of containerds, not there yet. */
  readonly roots: readonly string[];
  /** Folders of cgroups for what has to run meanwhile. */
  readonly cgroups: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}
export type ProvideImages = (options: ProvideImagesOptions) => Promise<void>;

/** Templates of images that were changed since: each holds all images, so few are kept. */
const KEPT_TEMPLATES = 2;
const BUILD_ATTEMPTS = 3;

/**
 * Gives each node's containerd the platform's images, and `archives` as well. Unpacking is done once for a set of images,
 * into a template of a containerd's root folder in the user's cache; nodes get copies of it, which share its files.
 */
export const provideImages =
  (archives: readonly string[]): ProvideImages =>
  async ({ roots, cgroups, env, signal }) => {
    const built = await build(signal);
    const others = await Promise.all(archives.map(async (archive) => ({ archive, digest: await digestOf(archive) })));
    const all = [...built, ...others];
    const dir = join(cacheRoot(env), 'containerd');
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const runtime = (await command('containerd', '--version')).trim();
    const key = JSON.stringify([runtime, ...all.map(({ digest }) => digest)]);
    const template = join(dir, createHash('sha256').update(key).digest('hex').slice(0, 32));
    const lock = await theLock(dir, signal);
    try {
      await clearWorkDirs(dir);
      if (!(await exists(template))) {
        const work = await createWorkDir(dir, 'template');
        try {
          await makeTemplate({ work, archives: all.map(({ archive }) => archive), cgroups, env, signal });
          await rename(join(work, 'root'), template);
        } finally {
          await rm(work, { recursive: true, force: true });
        }
      }
      const now = new Date();
      await utimes(template, now, now);
      for (const root of roots) {
        signal.throwIfAborted();
        await mkdir(dirname(root), { recursive: true, mode: 0o700 });
        await cloneRoot(template, root);
      }
      await prune(dir);
    } finally {
      await lock.release();
    }
  };

/** Someone may be writing code: an image whose files changed while it was made is made again. */
async function build(signal: AbortSignal) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await buildImages({ signal });
    } catch (error) {
      if (!(error instanceof FaultflixError) || error.code !== 'conflict' || attempt === BUILD_ATTEMPTS) throw error;
    }
  }
}

/** One start at a time fills or prunes the cache. */
async function theLock(dir: string, signal: AbortSignal): Promise<Lock> {
  const name = `containerd/${createHash('sha256').update(dir).digest('hex').slice(0, 32)}`;
  for (;;) {
    signal.throwIfAborted();
    const lock = await tryLock({ name, doing: 'images' });
    if (lock) return lock;
    await followLock({ name, signal });
  }
}

async function prune(dir: string): Promise<void> {
  const names = (await readdir(dir)).filter((name) => /^[0-9a-f]{32}$/.test(name));
  const aged = await Promise.all(names.map(async (name) => ({ name, usedMs: (await stat(join(dir, name))).mtimeMs })));
  const old = aged.sort((a, b) => b.usedMs - a.usedMs).slice(KEPT_TEMPLATES);
  for (const { name } of old) await rm(join(dir, name), { recursive: true, force: true });
}

async function digestOf(archive: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(archive)) hash.update(chunk as Buffer);
  } catch (cause) {
    throw new FaultflixError('bad-input', 'an image archive cannot be read', {
      where: '--image',
      expected: 'a file as docker save writes it, or a tar of an OCI layout',
      received: archive,
      cause,
    });
  }
  return hash.digest('hex');
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
