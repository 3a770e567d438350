import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { blobPath } from './archive/manifest.ts';
import { type BuildOptions, buildImages } from './build.ts';
import { readArchive, readTar } from './testing/read.ts';
import { temporary } from './testing/temporary.ts';

const skip = process.platform === 'linux' ? false : 'images are made on Linux';
const build = async (options: BuildOptions) => (await buildImages({ images: ['pause'], ...options }))[0]!;

describe('an archive', { skip, timeout: 60_000 }, () => {
  it('is an OCI layout whose blobs are what their names say', async (t) => {
    const { archive, digest, reference } = await build({ cacheDir: await temporary(t) });
    const { files, json } = await readArchive(archive);
    assert.deepEqual(json('oci-layout'), { imageLayoutVersion: '1.0.0' });
    const [described] = json<{ manifests: [{ digest: string; annotations: Record<string, string> }] }>(
      'index.json',
    ).manifests;
    assert.equal(described.digest, digest);
    assert.equal(described.annotations['io.containerd.image.name'], reference);
    assert.equal(described.annotations['org.opencontainers.image.ref.name'], 'dev');
    const { createHash } = await import('node:crypto');
    const blobs = [...files].filter(([path]) => path.startsWith('blobs/'));
    assert.equal(blobs.length, 3, 'manifest, configuration, one layer');
    for (const [path, bytes] of blobs)
      assert.equal(path, `blobs/sha256/${createHash('sha256').update(bytes).digest('hex')}`);
  });

  it('has the same image for Docker', async (t) => {
    const { archive, reference, layers } = await build({ cacheDir: await temporary(t) });
    const { files, json } = await readArchive(archive);
    const [{ Config, RepoTags, Layers }] =
      json<[{ Config: string; RepoTags: string[]; Layers: string[] }]>('manifest.json');
    assert.deepEqual(RepoTags, [reference]);
    assert.deepEqual(
      Layers,
      layers.map((layer) => blobPath(layer as never)),
    );
    const config = JSON.parse(String(files.get(Config)));
    assert.deepEqual(
      config.rootfs.diff_ids,
      layers.map((layer) => layer.digest),
    );
    assert.equal(config.created, '1970-01-01T00:00:00Z');
    assert.equal(config.config.User, '65535:65535');
  });
});

describe('the cache of images', { skip, timeout: 60_000 }, () => {
  it('does not write again what it has', async (t) => {
    const cacheDir = await temporary(t);
    const first = await build({ cacheDir });
    const second = await build({ cacheDir });
    assert.deepEqual([first.fresh, second.fresh], [true, false]);
    assert.deepEqual({ ...second, fresh: true }, first);
  });

  it('bears several builds at once, whole for each', async (t) => {
    const cacheDir = await temporary(t);
    const built = await Promise.all(Array.from({ length: 8 }, () => build({ cacheDir })));
    assert.equal(new Set(built.map(({ archive }) => archive)).size, 1);
    for (const { archive } of built) assert.equal((await readTar(archive)).length, 6);
    assert.equal((await readdir(cacheDir)).length, 1, 'no folder of work is left');
  });

  it('has nothing half-written when it is stopped', async (t) => {
    const cacheDir = await temporary(t);
    const stop = new AbortController();
    const reason = new Error('stopped');
    const onProgress = ({ way, done }: { way: string; done: number }) => {
      if (way === 'write' && done > 0) stop.abort(reason);
    };
    await assert.rejects(
      buildImages({ images: ['shell'], cacheDir, signal: stop.signal, onProgress }),
      (error: Error) => {
        return error === reason || error.cause === reason;
      },
    );
    assert.deepEqual(await readdir(cacheDir), []);
  });

  it('clears what a killed build left, and forgets what nobody used for long', async (t) => {
    const cacheDir = await temporary(t);
    const old = ['a', 'b', 'c'].map((letter) => join(cacheDir, `pause-${letter.repeat(16)}`));
    for (const folder of [...old, join(cacheDir, `shell-${'a'.repeat(16)}`)]) {
      await mkdir(folder);
      await utimes(folder, 1, 1);
    }
    const { archive } = await build({ cacheDir });
    assert.ok(existsSync(archive));
    const left = (await readdir(cacheDir)).filter((name) => name.startsWith('pause-'));
    assert.equal(left.length, 2, 'this one and the one before');
    assert.ok(existsSync(join(cacheDir, `shell-${'a'.repeat(16)}`)), 'another image is not judged with it');
  });

  it('gives copies to a folder of the user', async (t) => {
    const [cacheDir, outDir] = [await temporary(t), join(await temporary(t), 'deep', 'er')];
    const { archive, sbom } = await build({ cacheDir, outDir });
    assert.deepEqual((await readdir(outDir)).sort(), ['pause.cdx.json', 'pause.tar']);
    assert.equal(archive, join(outDir, 'pause.tar'));
    assert.equal(JSON.parse(await readFile(sbom, 'utf8')).bomFormat, 'CycloneDX');
  });
});
