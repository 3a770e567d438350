import { copyFile, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultflixError } from '#base/errors.ts';
import { command } from '../command.ts';

/**
 * Copies a containerd's root folder that no containerd runs on. Blobs and unpacked layers are written once and never
 * again, so they are hard links (real copies where the two folders are on different file systems); its databases are
 * written to in place, so they are copies.
 */
export async function cloneRoot(from: string, to: string): Promise<void> {
  try {
    await command('cp', '-al', from, to);
  } catch (error) {
    if (!(error instanceof FaultflixError) || !error.received?.includes('Invalid cross-device link')) throw error;
    await command('cp', '-a', '--reflink=auto', from, to);
  }
  for (const plugin of await readdir(to)) {
    for (const name of await readdir(join(to, plugin))) {
      if (!name.endsWith('.db')) continue;
      const database = join(to, plugin, name);
      await copyFile(database, `${database}.own`);
      await rename(`${database}.own`, database);
    }
  }
}
