/**
 * One more cluster for the kubelet's contract suite: k3s, where a registry has its image. `FAULTFLIX_K3S_IMAGE` names
 * another version. Its nodes get our images; the suite itself is the one that runs everywhere.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { K3sContainer, type StartedK3sContainer } from '@testcontainers/k3s';
import { repository } from '#k8s/images/build.ts';
import { enter } from '../support/inside.ts';
import { nothingLeft } from '../support/left.ts';
import { notToBeHad } from './registry.ts';

const IMAGE = process.env.FAULTFLIX_K3S_IMAGE ?? 'rancher/k3s:v1.34.1-k3s1';
const START_BOUND_MS = 300_000;
const SUITE_BOUND_MS = 900_000;

const reason = await notToBeHad(IMAGE);
const { images } = await enter(reason ? {} : { images: ['platform', 'shell', 'pause'], tools: ['kubectl'] });

describe('whether an image can be had', () => {
  it('is answered in bounded time, and with no for a registry that nobody can serve', async () => {
    assert.match(String(await notToBeHad('faultflix.local/absent:none')), /is not to be had/);
  });
  after(nothingLeft);
});

describe('k3s', { skip: reason }, () => {
  let cluster: StartedK3sContainer;
  let folder: string;
  before(
    async () => {
      folder = await mkdtemp(join(tmpdir(), 'faultflix-k3s-'));
      const files = images.map(({ name, archive }) => ({ source: archive, target: `/images/${name}.tar` }));
      cluster = await new K3sContainer(IMAGE).withCopyFilesToContainer(files).start();
      for (const { target } of files) {
        const { exitCode, output } = await cluster.exec(['ctr', '--namespace', 'k8s.io', 'images', 'import', target]);
        assert.equal(exitCode, 0, output);
      }
      await writeFile(join(folder, 'kubeconfig'), cluster.getKubeConfig(), { mode: 0o600 });
    },
    { timeout: START_BOUND_MS },
  );
  after(async () => {
    await cluster?.stop();
    await rm(folder, { recursive: true, force: true });
    await nothingLeft();
  });

  it('passes the suite that every kubelet passes', { timeout: SUITE_BOUND_MS }, async (t) => {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const suite = spawn(process.execPath, [join(repository, 'test/run.ts'), 'kubelet'], {
      env: { ...env, KUBECONFIG: join(folder, 'kubeconfig') },
      stdio: ['ignore', 'inherit', 'inherit'],
      signal: t.signal,
    });
    const [code] = await once(suite, 'exit');
    assert.equal(code, 0);
  });
});
