import assert from 'node:assert/strict';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { temporary } from '../testing/temporary.ts';
import { type LoadOptions, openLoader } from './load.ts';

const skip = process.platform === 'win32' ? 'programs that stand in are shell scripts' : false;

/** A PATH with one program, which writes its arguments to a file and then does as it is told. */
async function standIn(
  t: TestContext,
  name: string,
  script: string,
): Promise<{ env: NodeJS.ProcessEnv; calls: () => Promise<string[]> }> {
  const folder = await temporary(t);
  const log = join(folder, 'calls');
  await writeFile(log, '');
  await writeFile(join(folder, name), `#!/bin/sh\necho "$*" >> '${log}'\n${script}\n`);
  await chmod(join(folder, name), 0o755);
  return {
    env: { ...process.env, PATH: `${folder}:/usr/bin:/bin` },
    calls: async () => (await readFile(log, 'utf8')).split('\n').filter(Boolean),
  };
}

const options = (target: LoadOptions['target'], more: Partial<LoadOptions>): LoadOptions => ({
  target,
  namespace: 'k8s.io',
  cluster: 'kind',
  signal: new AbortController().signal,
  ...more,
});

describe('loading into kind', { skip }, () => {
  it('asks for the cluster, then gives the archive to its nodes', async (t) => {
    const { env, calls } = await standIn(t, 'kind', 'echo other; echo mine');
    const loader = await openLoader(options('kind', { cluster: 'mine', env }));
    await loader.load('/a.tar');
    assert.deepEqual(await calls(), ['get clusters', 'load image-archive /a.tar --name mine']);
  });

  it('says which clusters there are when the one is not', async (t) => {
    const { env } = await standIn(t, 'kind', 'echo other');
    await assert.rejects(openLoader(options('kind', { env })), {
      code: 'not-found',
      expected: 'other',
      received: 'kind',
      todo: /--cluster/,
    });
  });

  it('says how to make one when there is none', async (t) => {
    const { env } = await standIn(t, 'kind', 'echo "No kind clusters found." >&2');
    await assert.rejects(openLoader(options('kind', { env })), {
      code: 'not-found',
      todo: 'kind create cluster --name kind',
    });
  });
});

describe('loading into Docker', { skip }, () => {
  it('names the daemon that it is told', async (t) => {
    const { env, calls } = await standIn(t, 'docker', 'echo 20.10.24');
    const loader = await openLoader(options('docker', { address: '/run/a.sock', env }));
    await loader.load('/a.tar');
    assert.deepEqual(await calls(), [
      '--host unix:///run/a.sock version --format {{.Server.Version}}',
      '--host unix:///run/a.sock load --quiet --input /a.tar',
    ]);
  });

  it('says what to do when the daemon does not answer, and when one may not ask it', async (t) => {
    const silent = await standIn(t, 'docker', 'echo "Cannot connect to the Docker daemon" >&2; exit 1');
    const received = /exit 1: Cannot connect/;
    await assert.rejects(openLoader(options('docker', { env: silent.env })), {
      code: 'unavailable',
      received,
      todo: /dockerd runs/,
    });
    const closed = await standIn(t, 'docker', 'echo "permission denied" >&2; exit 1');
    await assert.rejects(openLoader(options('docker', { env: closed.env })), {
      code: 'unavailable',
      todo: /group "docker"/,
    });
  });

  it('says that an archive was not taken', async (t) => {
    const { env } = await standIn(t, 'docker', 'case "$*" in *load*) echo "no space left" >&2; exit 1;; esac');
    const loader = await openLoader(options('docker', { env }));
    await assert.rejects(loader.load('/a.tar'), { code: 'could-not-run', received: /no space left/ });
  });
});

describe('a load that is stopped', { skip, timeout: 30_000 }, () => {
  it('ends its program first', async (t) => {
    const stop = new AbortController();
    const { env } = await standIn(t, 'docker', 'case "$*" in *load*) exec sleep 60;; esac');
    const loader = await openLoader(options('docker', { env, signal: stop.signal }));
    const loading = loader.load('/a.tar');
    stop.abort(new Error('stopped'));
    await assert.rejects(loading, { message: 'stopped' });
  });
});
