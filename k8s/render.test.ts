import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { fits, manifests, overlays, render, renderedInputsHash, renderedPath } from './render.ts';

const root = join(import.meta.dirname, '..');
const committedOf = (overlay: string) => readFile(join(root, renderedPath(overlay)), 'utf8');

/** A kubectl that is at hand; the tests never make one. */
const kubectl = [process.env.KUBECTL, 'kubectl'].find(
  (program) => program && !spawnSync(program, ['version', '--client']).error,
);

for (const overlay of overlays)
  describe(renderedPath(overlay), () => {
    it('is up to date: `npm run generate -- rendered` makes it', async () => {
      assert(fits(await committedOf(overlay), await renderedInputsHash(root)));
    });

    it('is what kubectl kustomize says', { skip: kubectl ? false : 'no kubectl on PATH or in KUBECTL' }, async () => {
      const env = { ...process.env, KUBECTL: kubectl };
      assert.equal(await render({ root, env, overlay }), await committedOf(overlay));
    });
  });

describe('a rendered file', () => {
  it('does not fit when an input or the output was changed', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'faultflix-render-'));
    t.after(() => rm(folder, { recursive: true }));
    await mkdir(join(folder, 'k8s'));
    for (const name of ['base', 'components', 'crds', 'overlays', 'regions', 'rendered'])
      await cp(join(root, 'k8s', name), join(folder, 'k8s', name), { recursive: true });
    const hash = await renderedInputsHash(folder);
    assert.equal(hash, await renderedInputsHash(root), 'wherever the repository lies');
    const env = { KUBECTL: join(folder, 'no-kubectl') };
    const committed = await committedOf('local');
    assert.equal(await manifests({ root: folder, env, overlay: 'local' }), committed);

    assert(!fits(committed.replace('replicas: 2', 'replicas: 3'), hash));
    await writeFile(join(folder, 'k8s/base/extra.yaml'), '');
    assert.notEqual(await renderedInputsHash(folder), hash);
    await assert.rejects(
      manifests({ root: folder, env, overlay: 'local' }),
      (error: unknown) => error instanceof FaultflixError && error.code === 'could-not-run',
    );
  });
});
