import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultflixError } from '#base/errors.ts';

/** What package-lock.json (version 3) says of an installed package. */
export interface LockedPackage {
  readonly version: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** By its folder: `node_modules/ajv/node_modules/fast-uri`. */
export type Lock = ReadonlyMap<string, LockedPackage>;

export async function readLock(repositoryRoot: string): Promise<Lock> {
  const path = join(repositoryRoot, 'package-lock.json');
  const { packages } = JSON.parse(await readFile(path, 'utf8')) as { packages?: Record<string, LockedPackage> };
  if (!packages) throw new FaultflixError('bad-input', 'a package-lock.json without packages', { where: path });
  return new Map(Object.entries(packages));
}

export interface ClosureOptions {
  readonly lock: Lock;
  /** Packages that our own code imports. */
  readonly roots: readonly string[];
  /** As Node names it: `x64`. */
  readonly cpu: string;
}

/**
 * Folders of all packages that the roots need at run time, sorted, each with the folders of what it needs: by the lock alone, as Node would resolve them, this
 * platform's optional ones included. Throws `bad-input` for a root that is no production dependency.
 */
export function closureOf({ lock, roots, cpu }: ClosureOptions): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const visit = (name: string, from: string, needed: boolean): void => {
    const path = resolve(lock, name, from);
    if (path === undefined || (!needed && !fits(lock.get(path)!, cpu))) {
      if (needed) throw unknown(name, from);
      return;
    }
    if (name.startsWith('@types/')) return;
    found.get(from)?.push(path);
    if (found.has(path)) return;
    const locked = lock.get(path)!;
    if (locked.dev) throw unknown(name, from);
    found.set(path, []);
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = locked;
    for (const next of Object.keys(dependencies)) visit(next, path, true);
    for (const next of Object.keys(optionalDependencies)) visit(next, path, false);
    for (const next of Object.keys(peerDependencies)) visit(next, path, !peerDependenciesMeta[next]?.optional);
  };
  for (const root of roots) visit(root, '', true);
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Node's lookup: the nearest `node_modules` from the package's own folder upwards. */
function resolve(lock: Lock, name: string, from: string): string | undefined {
  const folders = from.split('/node_modules/'); // ['node_modules/a', 'b']: each one is nested in those before it
  for (let depth = from === '' ? 0 : folders.length; depth >= 0; depth--) {
    const path = [...folders.slice(0, depth), `${depth === 0 ? 'node_modules/' : ''}${name}`].join('/node_modules/');
    if (lock.has(path)) return path;
  }
  return undefined;
}

const fits = ({ os = ['linux'], cpu: cpus, libc = ['glibc'] }: LockedPackage, cpu: string): boolean =>
  os.includes('linux') && (cpus ?? [cpu]).includes(cpu) && libc.includes('glibc');

const unknown = (name: string, from: string) =>
  new FaultflixError('bad-input', `${name} is not a production dependency`, {
    where: from === '' ? 'the code of an image' : from,
    expected: 'a package that package-lock.json has without "dev"',
    todo: `npm install --save-exact ${name}`,
  });
