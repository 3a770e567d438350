import { execFile } from 'node:child_process';
import { chmod, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FaultflixError, messageOf } from '#base/errors.ts';
import type { Platform, Tool } from './catalogue.ts';

export function toolFolder(dir: string, tool: Tool, { os, arch }: Platform): string {
  return join(dir, `${tool.name}-${tool.version}-${os}-${arch}`);
}

interface Manifest {
  readonly bytes: number;
  readonly way: 'download' | 'build';
  readonly from: string;
}

interface Found {
  readonly path: string;
  readonly bytes: number;
}

/**
 * The tool's path when the cache holds it whole. A folder appears in the cache by one rename, after its program
 * answered with the right version, so what is there is whole; its size is compared all the same, since disks are edited
 * by others too. Otherwise why not, in words.
 */
export async function cached(folder: string, tool: Tool): Promise<Found | { readonly no: string }> {
  const path = join(folder, tool.name);
  try {
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Manifest;
    const { size, mode } = await stat(path);
    if (size !== manifest.bytes) return { no: `${path} has ${size} bytes, not the ${manifest.bytes} it came with` };
    return mode & 0o100 ? { path, bytes: size } : { no: `${path} is not executable` };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { no: `not in ${folder}` };
    return { no: messageOf(error) };
  }
}

export interface Publish {
  readonly tool: Tool;
  /** The program, in a folder on the same file system as the cache. It is moved away. */
  readonly program: string;
  readonly folder: string;
  readonly way: Manifest['way'];
  readonly from: string;
}

/** Puts a program into the cache, after it was run and said its version. All or nothing, even if the power fails. */
export async function publish({ tool, program, folder, way, from }: Publish): Promise<string> {
  await chmod(program, 0o755);
  await checkVersion(tool, program);
  const temporary = `${program}.folder`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary);
  await rename(program, join(temporary, tool.name));
  const manifest: Manifest = { bytes: (await stat(join(temporary, tool.name))).size, way, from };
  await writeFile(join(temporary, 'manifest.json'), `${JSON.stringify(manifest)}\n`);
  for (const name of [tool.name, 'manifest.json', '.']) await sync(join(temporary, name));
  // What is in the way can only be a folder that `cached` refused, and its lock is ours.
  await rm(folder, { recursive: true, force: true });
  await rename(temporary, folder);
  await sync(join(folder, '..'));
  return join(folder, tool.name);
}

/** Runs the program and compares what it says of itself: a file for another machine, or cut short, fails here. */
export async function checkVersion(tool: Tool, program: string): Promise<void> {
  let said: string;
  try {
    const { stdout, stderr } = await promisify(execFile)(program, [...tool.versionArgs], { timeout: 30_000 });
    said = `${stdout}${stderr}`;
  } catch (cause) {
    throw new FaultflixError('could-not-run', `${tool.name} does not run`, { where: program, cause });
  }
  if (!said.split('\n').some((line) => line.trim() === tool.versionText)) {
    throw new FaultflixError('could-not-run', `${tool.name} is of another version`, {
      where: program,
      expected: tool.versionText,
      received: said.trim().split('\n')[0] ?? '',
    });
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
