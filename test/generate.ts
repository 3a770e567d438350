import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';

/**
 * `npm run generate [NAME…]`: runs every generator of `test/generators/`, or those named. A generator is a file whose
 * `generate()` writes what is derived and resolves to the paths written, relative to the repository.
 */
export interface Generator {
  generate(): Promise<readonly string[]>;
}

const folder = join(import.meta.dirname, 'generators');

export async function generatorNames(): Promise<readonly string[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  return files.map((file) => basename(file, '.ts')).sort();
}

if (import.meta.main) {
  const known = await generatorNames();
  const wanted = process.argv.length > 2 ? process.argv.slice(2) : known;
  for (const name of wanted) {
    if (!known.includes(name)) {
      console.error(`no generator ${name}; there are: ${known.join(', ')}`);
      process.exit(2);
    }
    const { generate } = (await import(join(folder, `${name}.ts`))) as Generator;
    for (const path of await generate()) console.log(`${name}: ${path}`);
  }
}
