import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { overlays, render, renderedPath } from '#k8s/render.ts';

const root = join(import.meta.dirname, '../..');

/** Renders the manifests that `npm start` applies, of every overlay. */
export async function generate(): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const overlay of overlays) {
    const path = renderedPath(overlay);
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), await render({ root, env: process.env, overlay }));
    paths.push(path);
  }
  return paths;
}
