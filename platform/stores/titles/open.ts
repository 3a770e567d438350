import type { TitleStore } from '../titles.ts';

/** By the file's ending: `.pack` stays on the disk, `.pack.zst` and `.json` are read into memory. Throws as the engines. */
export async function openTitles(path: string): Promise<TitleStore> {
  if (path.endsWith('.json')) return (await import('./file.ts')).fileTitles(path); // zod, which packs do not need
  const { packFileTitles, smallPackTitles } = await import('./pack-file.ts');
  return path.endsWith('.zst') ? smallPackTitles(path) : packFileTitles(path);
}
