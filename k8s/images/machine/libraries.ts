import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FaultflixError } from '#base/errors.ts';
import { readNeeds } from '../elf/needs.ts';
import type { Architecture } from './architecture.ts';

/** Where a dynamic loader looks without configuration: Debian's folders of an architecture, then everyone's. */
const TRIPLETS: Readonly<Record<Architecture, string>> = { amd64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };
const foldersOf = (architecture: Architecture): readonly string[] => [
  `/lib/${TRIPLETS[architecture]}`,
  `/usr/lib/${TRIPLETS[architecture]}`,
  '/lib64',
  '/usr/lib64',
  '/lib',
  '/usr/lib',
];

/**
 * Loaded by name at run time, so no program says that it needs them: names of hosts and users before glibc 2.34 and,
 * as shims, after it.
 */
const LOADED_LATE = ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2'];

export interface LibraryOptions {
  readonly architecture: Architecture;
  /** Whether the programs look up names of hosts. */
  readonly resolver?: boolean;
}

/**
 * Paths of all shared libraries, loaders included, that programs of this machine need, sorted. A path is where the
 * loader will find it, not where its links lead. Throws `could-not-run` for one that is not here.
 */
export function librariesOf(programs: readonly string[], { architecture, resolver }: LibraryOptions): string[] {
  const folders = foldersOf(architecture);
  const find = (name: string) => folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  const found = new Set<string>();
  const visit = (path: string): void => {
    const { interpreter, libraries } = readNeeds(path);
    if (interpreter) found.add(interpreter);
    for (const name of libraries) {
      // The loader is needed by libc under its bare name too, and it is where PT_INTERP says.
      if ([...found].some((other) => other.endsWith(`/${name}`))) continue;
      const library = find(name);
      if (!library) throw missing(name, path, folders);
      found.add(library);
      visit(library);
    }
  };
  for (const program of programs) visit(program);
  if (resolver && found.size > 0) {
    for (const name of LOADED_LATE) {
      const library = find(name);
      if (library) found.add(library);
    }
  }
  return [...found].sort();
}

const missing = (name: string, where: string, folders: readonly string[]) =>
  new FaultflixError('could-not-run', `${name} is not on this machine`, {
    where,
    expected: `it in one of ${folders.join(', ')}`,
    todo: 'install the package that has it: an image is made of files of this machine',
  });
