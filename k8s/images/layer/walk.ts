import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { copy, type Entry } from './entry.ts';

export interface WalkOptions {
  /** Folder of this machine. */
  readonly from: string;
  /** Its path in the image. */
  readonly to: string;
  /** Whether a file or folder is wanted; a folder that is not wanted is not entered. Paths are relative to `from`. */
  readonly keep?: (path: string, kind: 'file' | 'folder') => boolean;
}

/** The files of a folder as entries, symbolic links followed, none executable. Folders come with what they hold. */
export async function walk({ from, to, keep = () => true }: WalkOptions): Promise<Entry[]> {
  const entries: Entry[] = [];
  const enter = async (relative: string): Promise<void> => {
    for (const item of await readdir(join(from, relative), { withFileTypes: true })) {
      const path = relative === '' ? item.name : `${relative}/${item.name}`;
      const kind = item.isSymbolicLink() ? await stat(join(from, path)) : item;
      if (kind.isDirectory() && keep(path, 'folder')) await enter(path);
      else if (kind.isFile() && keep(path, 'file')) entries.push(copy(`${to}/${path}`, join(from, path)));
    }
  };
  await enter('');
  return entries;
}
