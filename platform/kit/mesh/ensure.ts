import { FaultflixError } from '#base/errors.ts';
import type { SidecarProxy, ToxiproxyAdmin } from './toxiproxy-admin.ts';
import type { WantedProxy } from './wanted.ts';

/**
 * Makes what is missing; resolves to the names of proxies that were made or mended. A proxy is made disabled, gets its
 * toxics of distance and is enabled then, since making one with toxics is not atomic and nobody must get in without the
 * distance. Toxics that are there are never looked at but by name: those of faults (`ff.…`) are not ours.
 */
export async function ensureProxies(admin: ToxiproxyAdmin, wanted: readonly WantedProxy[]): Promise<readonly string[]> {
  const present = await admin.proxies();
  const touched: string[] = [];
  for (const want of wanted) if (await ensure(admin, want, present[want.name])) touched.push(want.name);
  return touched;
}

async function ensure(admin: ToxiproxyAdmin, want: WantedProxy, found: SidecarProxy | undefined): Promise<boolean> {
  const { name, listen, upstream, distance } = want;
  if (found && (found.listen !== listen || found.upstream !== upstream)) {
    throw new FaultflixError('conflict', `proxy ${name} belongs to somebody else`, {
      expected: `${listen} to ${upstream}`,
      received: `${found.listen} to ${found.upstream}`,
    });
  }
  const { toxics, enabled } = found ?? (await admin.createProxy({ name, listen, upstream, enabled: false }));
  const missing = distance.filter((toxic) => !toxics.some((known) => known.name === toxic.name));
  for (const toxic of missing) await admin.addToxic(name, toxic);
  if (enabled && missing.length === 0) return false;
  await admin.updateProxy({ name, listen, upstream, enabled: true });
  return true;
}
