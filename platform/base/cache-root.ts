import { homedir } from 'node:os';
import { join } from 'node:path';

/** `${XDG_CACHE_HOME:-~/.cache}/faultflix`; the XDG base directory specification wants an absolute path. */
export function cacheRoot(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const { XDG_CACHE_HOME } = env;
  return join(XDG_CACHE_HOME?.startsWith('/') ? XDG_CACHE_HOME : join(env.HOME ?? homedir(), '.cache'), 'faultflix');
}
