import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** `${XDG_CACHE_HOME:-~/.cache}/faultflix`; the XDG base directory specification wants an absolute path. */
export function cacheRoot(env: Environment = process.env): string {
  const { XDG_CACHE_HOME } = env;
  return join(XDG_CACHE_HOME?.startsWith('/') ? XDG_CACHE_HOME : join(env.HOME ?? homedir(), '.cache'), 'faultflix');
}

export const toolsDir = (env: Environment = process.env): string => join(cacheRoot(env), 'tools');
