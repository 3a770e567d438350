/**
 * The built page, from the per-user cache or built now. A build is made in a folder of its own and renamed, so that a
 * half-made one is never taken for whole; two at once both build and the second takes the first one's.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { access, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, extname, join, relative, sep } from 'node:path';
import { createInterface } from 'node:readline';
import { FaultflixError } from '#base/errors.ts';
import { hashOfInputs } from './inputs.ts';

export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
}

/** Files by URL path: `/index.html`. In memory, so that a cache that is emptied takes nothing from a running server. */
export type Page = ReadonlyMap<string, PageFile>;

export interface PageOptions {
  /** The dashboard's folder. */
  readonly dashboard: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** How many modules have been read so far. */
  readonly onProgress?: (modules: number) => void;
  readonly onBuilt?: (ms: number) => void;
  /** The program that builds into the folder it is given. */
  readonly builder?: string;
}

const KEPT_BUILDS = 4;
const ownBuilder = join(import.meta.dirname, 'main.ts');

export async function builtPage(options: PageOptions): Promise<Page> {
  return pageIn(await pageFolder(options));
}

async function pageFolder(options: PageOptions): Promise<string> {
  const { env, dashboard } = options;
  const cache = join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'faultflix', basename(dashboard));
  const folder = join(cache, await hashOfInputs(dashboard));
  if (await exists(folder)) return folder;
  await mkdir(cache, { recursive: true });
  await sweep(cache);
  const made = `${folder}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const startedMs = performance.now();
  try {
    await build(made, options);
    await rename(made, folder).catch(async (thrown: unknown) => {
      if (!(await exists(folder))) throw thrown;
    });
  } finally {
    await rm(made, { recursive: true, force: true });
  }
  options.onBuilt?.(performance.now() - startedMs);
  return folder;
}

/** In a process of its own: the builder's memory goes with it. */
async function build(folder: string, options: PageOptions): Promise<void> {
  const { dashboard, signal, onProgress, builder = ownBuilder } = options;
  signal.throwIfAborted();
  const child = spawn(process.execPath, [builder, folder, dashboard], { stdio: ['ignore', 'pipe', 'pipe'] });
  // Waited for below, so that it writes nothing any more when its folder is taken away.
  const stop = () => child.kill();
  signal.addEventListener('abort', stop, { once: true });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-4_000);
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const modules = /^modules (\d+)$/.exec(line)?.[1];
    if (modules) onProgress?.(Number(modules));
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  signal.removeEventListener('abort', stop);
  if (exitCode === 0) return;
  signal.throwIfAborted();
  throw new FaultflixError('could-not-run', 'the page could not be built', {
    where: relative(process.cwd(), builder),
    received: `exit code ${exitCode}: ${stderr.trim()}`,
    todo: 'are the development dependencies installed? `npm install` brings them',
  });
}

/** Leaves the newest builds, and takes away what a builder that was killed left. */
async function sweep(cache: string): Promise<void> {
  const entries = await Promise.all(
    (await readdir(cache)).map(async (name) => ({ name, mtimeMs: (await stat(join(cache, name))).mtimeMs })),
  );
  const left = entries.filter(({ name }) => name.includes('.') && !isAlive(Number(name.split('.')[1])));
  const builds = entries.filter(({ name }) => !name.includes('.')).sort((a, b) => b.mtimeMs - a.mtimeMs);
  for (const { name } of [...left, ...builds.slice(KEPT_BUILDS - 1)]) {
    await rm(join(cache, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
};

export async function pageIn(folder: string): Promise<Page> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      files.map(async (file) => {
        const path = `/${relative(folder, file).split(sep).join('/')}`;
        const type = types[extname(file)] ?? 'application/octet-stream';
        return [path, { type, bytes: await readFile(file) }] as const;
      }),
    ),
  );
}
