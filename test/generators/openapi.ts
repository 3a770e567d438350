import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openApi } from '#platform/services/gateway/openapi.ts';

const path = 'platform/services/gateway/openapi.json';

/** What viewers call, of the gateway's schemas. */
export async function generate(): Promise<readonly string[]> {
  await writeFile(join(import.meta.dirname, '../..', path), `${JSON.stringify(openApi(), null, 2)}\n`);
  return [path];
}
