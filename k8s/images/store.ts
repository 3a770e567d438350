import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clearWorkDirs, createWorkDir } from '../local/tools/work-dir.ts';
import { writeArchive } from './archive/write.ts';
import type { DescribedImage } from './describe.ts';
import type { ImageName } from './image.ts';

/** Builds of an image that are kept, the newest first, whatever their age. */
const KEPT = 2;
/** What was used so lately may be in use. */
const IN_USE_MS = 10 * 60_000;

export interface StoredImage {
  readonly archive: string;
  readonly sbom: string;
  /** Whether this call made it. */
  readonly fresh: boolean;
}

export interface StoreOptions {
  readonly dir: string;
  readonly signal: AbortSignal;
  readonly onBytes?: (count: number) => void;
  readonly nowMs?: () => number;
}

/**
 * The archive and the SBOM of an image in the cache: in a folder named by the image and its digest, which a rename puts
 * in place whole. Whoever makes the same image at the same time makes the same folder, and the first rename wins.
 */
export async function store(image: DescribedImage, options: StoreOptions): Promise<StoredImage> {
  const { dir, signal, onBytes, nowMs = Date.now } = options;
  const { name, digest, files, layers, sbom } = image;
  const folder = join(dir, `${name}-${digest.slice('sha256:'.length, 'sha256:'.length + 16)}`);
  const stored = { archive: join(folder, `${name}.tar`), sbom: join(folder, `${name}.cdx.json`) };
  if (await isThere(folder)) {
    await utimes(folder, nowMs() / 1000, nowMs() / 1000);
    await refresh(stored.sbom, sbom);
    return { ...stored, fresh: false };
  }
  await mkdir(dir, { recursive: true });
  await clearWorkDirs(dir);
  const work = await createWorkDir(dir, `${name}-${crypto.randomUUID().slice(0, 8)}`);
  try {
    await writeArchive({ path: join(work, `${name}.tar`), files, layers, signal, ...(onBytes ? { onBytes } : {}) });
    await writeFile(join(work, `${name}.cdx.json`), sbom);
    signal.throwIfAborted();
    await rename(work, folder);
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return { ...stored, fresh: false };
  }
  await prune({ dir, name, nowMs: nowMs() });
  return { ...stored, fresh: true };
}

/** The document may be told better than when the image was made. */
async function refresh(path: string, sbom: Buffer): Promise<void> {
  const before = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!before?.equals(sbom)) await replace(path, (draft) => writeFile(draft, sbom));
}

/** Copies a stored image to a folder of the user's: `DIR/platform.tar` and `DIR/platform.cdx.json`. */
export async function copyOut(name: ImageName, stored: StoredImage, outDir: string): Promise<StoredImage> {
  await mkdir(outDir, { recursive: true });
  const copies = { archive: join(outDir, `${name}.tar`), sbom: join(outDir, `${name}.cdx.json`) };
  for (const kind of ['archive', 'sbom'] as const) {
    await replace(copies[kind], (draft) => copyFile(stored[kind], draft, constants.COPYFILE_FICLONE));
  }
  return { ...stored, ...copies };
}

/** Makes a file beside its place and moves it there, so that nobody sees half of it. */
export async function replace(path: string, make: (draft: string) => Promise<void>): Promise<void> {
  const draft = `${path}.${process.pid}.${crypto.randomUUID().slice(0, 8)}.part`;
  try {
    await make(draft);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function prune({ dir, name, nowMs }: { dir: string; name: ImageName; nowMs: number }): Promise<void> {
  const pattern = new RegExp(`^${name}-[\\da-f]{16}$`);
  const folders = (await readdir(dir)).filter((entry) => pattern.test(entry)).map((entry) => join(dir, entry));
  const aged = await Promise.all(folders.map(async (path) => ({ path, usedMs: await usedMsOf(path) })));
  const old = aged.sort((a, b) => b.usedMs - a.usedMs).slice(KEPT);
  for (const { path, usedMs } of old) {
    if (nowMs - usedMs > IN_USE_MS) await rm(path, { recursive: true, force: true });
  }
}

/** When a folder was used last; one that another build has just removed was never. */
const usedMsOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
