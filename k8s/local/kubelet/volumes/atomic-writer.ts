import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export interface File {
  readonly content: Buffer;
  readonly mode: number;
}
/** Files of a volume by relative path. */
export type Files = ReadonlyMap<string, File>;

/**
 * Makes the folder show exactly these files, all at once for whoever reads: a new hidden folder is filled, `..data` is
 * moved to it by one rename, and each top-level name is a link through `..data`. The layout of the real kubelet, on
 * which file watchers rely. `group` gets them, and new files in their folders. Returns whether anything changed.
 */
export function writeAtomically(folder: string, files: Files, group?: number): boolean {
  mkdirSync(folder, { recursive: true });
  const data = join(folder, '..data');
  const before = readLink(data);
  if (before !== undefined && same(join(folder, before), files)) return false;
  const fresh = mkdtempSync(join(folder, `..${new Date().toISOString().replaceAll(/[-:.TZ]/g, '_')}`));
  chmodSync(fresh, 0o755);
  for (const [path, { content, mode }] of files) {
    const target = join(fresh, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
    if (group !== undefined) chownSync(target, -1, group);
    chmodSync(target, mode);
  }
  if (group !== undefined) giveFolders(fresh, group);
  const temporary = join(folder, '..data_tmp');
  rmSync(temporary, { force: true });
  symlinkSync(fresh.slice(folder.length + 1), temporary);
  renameSync(temporary, data);
  linkNames(folder, files);
  if (before !== undefined) rmSync(join(folder, before), { recursive: true, force: true });
  return true;
}

function giveFolders(folder: string, group: number): void {
  chownSync(folder, -1, group);
  chmodSync(folder, 0o2755);
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) giveFolders(join(folder, entry.name), group);
}

/** A link for each first path element; links through `..data` that lead nowhere now go. */
function linkNames(folder: string, files: Files): void {
  const wanted = new Set([...files.keys()].map((path) => path.split('/', 1)[0]!));
  for (const name of wanted) {
    const link = join(folder, name);
    if (readLink(link) === undefined && !existsSync(link)) symlinkSync(join('..data', name), link);
  }
  for (const name of readdirSync(folder)) {
    if (name.startsWith('..') || wanted.has(name)) continue;
    if (readLink(join(folder, name))?.startsWith('..data/')) rmSync(join(folder, name), { force: true });
  }
}

function same(folder: string, files: Files): boolean {
  let count = 0;
  for (const [path, { content, mode }] of files) {
    const file = join(folder, path);
    if (!existsSync(file) || (statSync(file).mode & 0o777) !== mode || !readFileSync(file).equals(content))
      return false;
    count++;
  }
  return count === countFiles(folder);
}

function countFiles(folder: string): number {
  if (!existsSync(folder)) return -1;
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
}

function readLink(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch {
    return undefined;
  }
}
