/** What a cluster left on this machine: processes by the variable that all of them inherit, and its folder. */
import { access, readdir, readFile } from 'node:fs/promises';
import { stateFolder } from '#chaos/cli/cluster/locate.ts';

export async function processesOf(name: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const found = await Promise.all(
    pids.map(async (pid) => {
      try {
        const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
        if (!environment.split('\0').some((each) => each.startsWith(`FAULTFLIX_CLUSTER=${name}/`))) return [];
        return [`${pid} ${(await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ')}`];
      } catch {
        // It ended while we looked, or is another user's.
        return [];
      }
    }),
  );
  return found.flat();
}

/** Everything that is left; empty when nothing is. */
export async function leftBy(name: string): Promise<readonly string[]> {
  const folder = stateFolder(name);
  const there = await access(folder).then(
    () => [folder],
    () => [],
  );
  return [...(await processesOf(name)), ...there];
}
