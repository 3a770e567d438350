import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RENDERED, render } from '#k8s/render.ts';

const root = join(import.meta.dirname, '../..');

/** Renders the manifests that `npm start` applies. */
export async function generate(): Promise<readonly string[]> {
  const path = join(root, RENDERED);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, await render(root, process.env));
  return [RENDERED];
}
