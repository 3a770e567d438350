import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type BuiltImage, buildImages } from '../build.ts';
import { type Containerd, noContainerd, startContainerd } from '../testing/containerd.ts';
import { loadAll, openLoader } from './load.ts';

const signal = new AbortController().signal;

describe('containerd', { skip: noContainerd, timeout: 600_000 }, () => {
  let containerd: Containerd;
  const ends: (() => Promise<void>)[] = [];
  after(async () => {
    for (const end of ends) await end();
  });
  let images: readonly BuiltImage[];

  before(async () => {
    containerd = await startContainerd((end) => ends.push(end));
    images = await buildImages();
    const place = { address: containerd.socket, namespace: 'k8s.io', cluster: 'kind' };
    const loader = await openLoader({ target: 'containerd', ...place, signal });
    const told: string[] = [];
    await loadAll(loader, images, ({ reference }) => told.push(reference));
    assert.equal(told.length, images.length);
  });

  it('has each image by its reference and its digest', async () => {
    const rows = (await containerd.ctr('images', 'ls')).split('\n').map((line) => line.split(/\s+/));
    const digests = new Map(rows.map(([reference, , digest]) => [reference, digest]));
    for (const { reference, digest } of images) assert.equal(digests.get(reference), digest);
  });

  it('has the layer of Node once', async () => {
    const digests = (await containerd.ctr('content', 'ls', '-q')).trim().split('\n');
    assert.equal(new Set(digests).size, digests.length);
    const node = images.find(({ name }) => name === 'platform')!.layers[0]!.digest;
    assert.ok(digests.includes(node));
    for (const name of ['chaos', 'load', 'shell']) {
      assert.equal(images.find((image) => image.name === name)!.layers[0]!.digest, node);
    }
  });

  // Without what a pod gives them they end, and say in our own words what they lack: so all their code was there.
  const starts = [
    ['platform', 'platform/services/gateway/main.ts', /FAULTFLIX_REGION is not set/],
    ['platform', 'platform/services/catalog/main.ts', /FAULTFLIX_REGION is not set/],
    ['platform', 'platform/services/playback/main.ts', /FAULTFLIX_REGION is not set/],
    ['platform', 'platform/services/edge/main.ts', /FAULTFLIX_REGION is not set/],
    ['platform', 'platform/services/router/main.ts', /FAULTFLIX_REGION is not set/],
    ['chaos', 'chaos/controller/main.ts', /POD_NAME is not set/],
    ['chaos', 'chaos/warden/main.ts', /NODE_NAME is not set/],
    ['chaos', 'scenarios/audit/check.ts', /there was no history/],
    ['load', 'scenarios/load/run.ts', /one script is needed/],
  ] as const;
  for (const [name, program, said] of starts) {
    it(`runs ${program} of ${name}, read-only and not as root`, async () => {
      const ran = await containerd.run(`faultflix.local/${name}:dev`, ['/usr/local/bin/node', `/app/${program}`]);
      assert.match(ran.said, said);
      assert.doesNotMatch(ran.said, /ERR_MODULE_NOT_FOUND|Cannot find/);
    });
  }

  it('loads every package of an image', async () => {
    const script = `
      const { readdirSync, existsSync } = require('node:fs');
      const found = readdirSync('/app/node_modules').flatMap((name) => name.startsWith('@') ? readdirSync('/app/node_modules/' + name).map((inner) => name + '/' + inner) : [name]);
      const { createRequire } = require('node:module');
      const load = createRequire('/app/package.json');
      (async () => {
        const failed = [];
        for (const name of ['reflect-metadata', '@grpc/grpc-js', '@grpc/proto-loader', '@kubernetes/client-node', 'fastify', 'jose', 'opossum', 'pino', 'prom-client', 'undici', 'ws', 'yaml', 'zod', '@peculiar/x509', 'hdr-histogram-js', '@elastic/ecs-pino-format', 'grpc-health-check'])
          if (found.includes(name)) await import(load.resolve(name)).catch((error) => failed.push(name + ': ' + error.message));
        console.log(JSON.stringify({ found: found.length, failed }));
      })();`;
    for (const name of ['platform', 'chaos', 'load']) {
      const ran = await containerd.run(`faultflix.local/${name}:dev`, ['/usr/local/bin/node', '-e', script]);
      const { found, failed } = JSON.parse(ran.said) as { found: number; failed: string[] };
      assert.ok(found > 1, ran.said);
      assert.deepEqual(failed, []);
    }
  });

  it('has a root that cannot be written, by root either', async () => {
    const script =
      "try { require('node:fs').writeFileSync('/app/x', ''); console.log('written') } catch (e) { console.log(e.code) }";
    const node = ['/usr/local/bin/node', '-e', script];
    assert.equal((await containerd.run('faultflix.local/platform:dev', node, '0:0')).said.trim(), 'EROFS');
  });

  it('runs Toxiproxy, static as it is', async () => {
    const ran = await containerd.run('faultflix.local/toxiproxy:dev', ['/usr/local/bin/toxiproxy-server', '-version']);
    assert.deepEqual(ran, { code: 0, said: 'toxiproxy-server version 2.12.0\n' });
  });

  // No /proc is mounted here: ps starts, with all its libraries, and says so.
  it('runs a shell with its programs, as root', async () => {
    const script =
      'set -e; echo b a | tr " " "\\n" | sort | head -n1; awk "BEGIN{print 6*7}"; echo x | sed s/x/y/; echo q | grep -c q; ps 2>&1 | grep -c proc; id -u; node -p 1+1; find /bin -name sh; printf hi | sha256sum | cut -c1-8';
    const ran = await containerd.run('faultflix.local/shell:dev', ['/bin/sh', '-c', script], '0:0');
    assert.deepEqual(ran, { code: 0, said: 'a\n42\ny\n1\n1\n0\n2\n/bin/sh\n8f434346\n' });
  });
});

describe('where there is no containerd', () => {
  it('is said what to do', async () => {
    const place = { address: '/nowhere/containerd.sock', namespace: 'k8s.io', cluster: 'kind', signal };
    await assert.rejects(openLoader({ target: 'containerd', ...place }), {
      code: 'unavailable',
      message: 'containerd does not listen',
      todo: /--address/,
    });
  });

  it('nor its client, is said what to install', async () => {
    const place = {
      address: import.meta.filename,
      namespace: 'k8s.io',
      cluster: 'kind',
      signal,
      env: { PATH: '/nowhere' },
    };
    await assert.rejects(openLoader({ target: 'containerd', ...place }), {
      code: 'could-not-run',
      message: /no ctr here/,
      todo: /install containerd/,
    });
  });
});
