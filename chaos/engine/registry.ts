import { readdirSync } from 'node:fs';
import { FaultflixError } from '#base/errors.ts';

export interface RegistryOptions<T> {
  /** Folder whose files are the entries, as a `file:` URL that ends in `/`. */
  readonly folder: URL;
  /** Files of the folder that are not entries, such as `kind.ts`. Tests and `registry.ts` never are. */
  readonly except: readonly string[];
  /** Whether a default export is an entry; what is not stops the start, since a silent gap would narrow every check. */
  readonly isEntry: (value: unknown) => value is T;
}

/** The entries of a folder by file name without `.ts`, in alphabetical order: adding one is adding one file. */
export async function loadRegistry<T>({
  folder,
  except,
  isEntry,
}: RegistryOptions<T>): Promise<ReadonlyMap<string, T>> {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .filter((file) => file !== 'registry.ts' && !except.includes(file))
    .sort();
  const entries = new Map<string, T>();
  for (const file of files) {
    const { default: entry } = (await import(new URL(file, folder).href)) as { default?: unknown };
    if (!isEntry(entry)) {
      throw new FaultflixError('internal', `${file} is no entry of its registry`, {
        where: new URL(file, folder).pathname,
        expected: 'a default export of the shape that the folder asks for',
        received: entry === undefined ? 'no default export' : typeof entry,
      });
    }
    entries.set(file.slice(0, -'.ts'.length), entry);
  }
  return entries;
}
