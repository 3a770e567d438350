import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

const repository = join(import.meta.dirname, '..', '..');
const packages = [
  ...['vite', 'react', 'react-dom', '@patternfly/react-core', '@patternfly/react-icons', 'uplot'],
  ...['hls.js', 'shaka-player'],
];

/** A name for a dashboard's page as built of its inputs: 16 hex digits. */
export async function hashOfInputs(dashboard: string): Promise<string> {
  const hash = createHash('sha256');
  // Everything that the built page is made of; tests are not.
  for (const folder of [dashboard, import.meta.dirname, join(repository, 'platform', 'base')]) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.filter((name) => !/\.test\.tsx?$/.test(name)).sort()) {
      hash
        .update(`${relative(repository, file)}\0`)
        .update(await readFile(file))
        .update('\0');
    }
  }
  for (const name of packages) {
    const manifest = await readFile(join(repository, 'node_modules', name, 'package.json'), 'utf8');
    hash.update(`${name}@${(JSON.parse(manifest) as { version: string }).version}\0`);
  }
  return hash.digest('hex').slice(0, 16);
}
