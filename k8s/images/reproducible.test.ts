import assert from 'node:assert/strict';
import { appendFile, chmod, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createContext } from './context.ts';
import { type DescribedImage, describe as describeImage, type NamedLayer } from './describe.ts';
import { type ImageName, imageNames } from './image.ts';
import type { Layer } from './layer/entry.ts';
import { thisArchitecture } from './machine/architecture.ts';
import { pauseProgram } from './pause/elf.ts';
import { copyRepository } from './testing/repository.ts';
import { temporary } from './testing/temporary.ts';

const skip = process.platform === 'linux' ? false : 'images are made on Linux';
const signal = new AbortController().signal;

/** Images of a repository, with any program in Toxiproxy's place: that it is to be had is not what is tried here. */
async function imagesOf(repositoryRoot: string, stand: string): Promise<Map<ImageName, DescribedImage>> {
  const context = { ...createContext({ repositoryRoot, signal, onProgress: () => {} }), tool: async () => stand };
  const known = new Map<Layer, NamedLayer>();
  const images = new Map<ImageName, DescribedImage>();
  for (const name of imageNames) images.set(name, await describeImage(name, { context, signal, known }));
  return images;
}

const digestsOf = (images: ReadonlyMap<ImageName, DescribedImage>) =>
  Object.fromEntries([...images].map(([name, { digest }]) => [name, digest]));

/** As another user with another umask would have it, at another time. */
async function disguise(folder: string): Promise<void> {
  for (const item of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, item.name);
    if (item.isDirectory()) await disguise(path);
    if (item.isSymbolicLink()) continue;
    await utimes(path, 1_000_000_000, 1_000_000_000);
    await chmod(path, item.isDirectory() ? 0o700 : 0o700);
  }
}

describe('images', { skip, timeout: 300_000 }, () => {
  it('are the same for the same input, and others when a byte of it is another', async (t) => {
    const folder = await temporary(t);
    const stand = join(folder, 'stand');
    await writeFile(stand, pauseProgram(thisArchitecture()));
    const here = await copyRepository(join(folder, 'here'));
    const there = await copyRepository(join(folder, 'a much longer path/with a blank, there'));
    await disguise(there);

    const first = await imagesOf(here, stand);
    const second = await imagesOf(there, stand);
    assert.deepEqual(digestsOf(second), digestsOf(first));
    for (const [name, { sbom, files }] of first) {
      assert.ok(second.get(name)!.sbom.equals(sbom), `the SBOM of ${name}`);
      assert.deepEqual(second.get(name)!.files, files);
    }

    await appendFile(join(there, 'scenarios/load/run.ts'), '\n');
    const other = digestsOf(await imagesOf(there, stand));
    const same = digestsOf(first);
    const changed = Object.keys(same).filter((name) => other[name] !== same[name]);
    assert.deepEqual(changed, ['chaos', 'load'], 'those that hold the file, and no other');
  });

  it('share the layer of Node', async (t) => {
    const stand = join(await temporary(t), 'stand');
    await writeFile(stand, pauseProgram(thisArchitecture()));
    const root = join(import.meta.dirname, '../..');
    const images = await imagesOf(root, stand);
    const withNode = (['platform', 'chaos', 'load', 'shell'] as const).map(
      (name) => images.get(name)!.layers[0]!.digest,
    );
    assert.equal(new Set(withNode).size, 1);
  });
});
