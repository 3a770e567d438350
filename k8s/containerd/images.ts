import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const STAND_INS = '/tmp/realnode';

export async function imageArchives(_signal: AbortSignal): Promise<readonly string[]> {
  return existsSync(STAND_INS)
    ? readdirSync(STAND_INS)
        .filter((name) => name.endsWith('.tar'))
        .map((name) => join(STAND_INS, name))
    : [];
}
