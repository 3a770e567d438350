import { join } from 'node:path';
import { cacheRoot } from '#base/cache-root.ts';

export { cacheRoot };

export const toolsDir = (env: Readonly<Record<string, string | undefined>> = process.env): string =>
  join(cacheRoot(env), 'tools');
