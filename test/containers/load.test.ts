/** `npm run images -- --load docker`: Docker has then what was made, byte for byte, and starts it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadDefinition } from '#k8s/images/describe.ts';
import { loadAll, openLoader } from '#k8s/images/into/load.ts';
import { readArchive } from '#k8s/images/testing/read.ts';
import { dockerode } from './support/docker.ts';
import { enter } from './support/inside.ts';

const { images } = await enter({ images: ['pause', 'toxiproxy'] });
const docker = await dockerode();
const { signal } = new AbortController();

describe('docker load', { timeout: 120_000 }, () => {
  it('takes the archives', async () => {
    const loader = await openLoader({ target: 'docker', namespace: 'k8s.io', cluster: 'kind', signal });
    await loadAll(loader, images as never, () => {});
    for (const { name, archive } of images) {
      const { RootFS, Config, Id } = await docker.getImage(`faultflix.local/${name}:dev`).inspect();
      const [{ Config: configuration }] = (await readArchive(archive)).json<[{ Config: string }]>('manifest.json');
      assert.equal(Id.replace('sha256:', ''), configuration.split('/').at(-1));
      assert.ok((RootFS.Layers ?? []).length > 0);
      assert.equal(Config.User, (await loadDefinition(name)).config.User);
    }
  });

  it('has made what starts, and ends with 0 on SIGTERM as process 1', async (t) => {
    const container = await docker.createContainer({
      Image: 'faultflix.local/pause:dev',
      HostConfig: { ReadonlyRootfs: true, NetworkMode: 'none' },
    });
    t.after(() => container.remove({ force: true }));
    await container.start();
    assert.equal((await container.inspect()).State.Running, true);
    await container.stop({ t: 20 });
    assert.equal((await container.inspect()).State.ExitCode, 0);
  });
});
