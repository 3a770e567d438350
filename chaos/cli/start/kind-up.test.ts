import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { systemClock } from '#base/clock.ts';
import { labels, regions } from '#base/names.ts';
import { outputTo } from '../terminal/output.ts';
import { fakeApi } from '../testing/fake-api.ts';
import { kindUp } from './kind-up.ts';

const node = (name: string) => ({
  metadata: { name, uid: name, resourceVersion: '1' },
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
});
const fakeProgram = join(import.meta.dirname, '..', 'testing', 'fake-program.ts');

interface Machine {
  readonly clusters?: string;
  readonly programs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly asked?: AbortSignal;
}

interface Seen {
  readonly calls: () => Promise<string[]>;
  readonly clusters: () => Promise<string>;
  readonly config: () => Promise<string>;
}

/** A machine with these programs on its PATH and nothing else, and a cluster that answers. */
async function on(
  machine: Machine,
  work: (cluster: Promise<Awaited<ReturnType<typeof kindUp>>>, seen: Seen) => Promise<void>,
) {
  await using api = await fakeApi(({ url, response }) => {
    if (url.pathname !== '/api/v1/nodes') return undefined;
    if (url.searchParams.has('watch')) {
      response.writeHead(200);
      return 'written';
    }
    return { metadata: { resourceVersion: '1' }, items: [node('a'), node('b')] };
  });
  const folder = await mkdtemp(join(tmpdir(), 'faultflix-kind-'));
  const bin = join(folder, 'bin');
  try {
    await mkdir(bin);
    for (const program of machine.programs ?? ['kind', 'docker']) {
      const script = `#!${process.execPath}\nprocess.argv[1] = ${JSON.stringify(join(bin, program))};\nawait import(${JSON.stringify(fakeProgram)});\n`;
      await writeFile(join(bin, program), script);
      await chmod(join(bin, program), 0o755);
    }
    await writeFile(join(folder, 'calls'), '');
    await writeFile(join(folder, 'clusters'), machine.clusters ?? '');
    const images = join(folder, 'images.mjs');
    const line = "['images', ...process.argv.slice(2)].join(' ') + '\\n'";
    await writeFile(
      images,
      `import { appendFileSync } from 'node:fs';\nappendFileSync(${JSON.stringify(join(folder, 'calls'))}, ${line});\n`,
    );
    const ca = Buffer.from(api.ca).toString('base64');
    const kubeconfig = {
      'current-context': 'kind-faultflix',
      clusters: [{ name: 'c', cluster: { server: api.server, 'certificate-authority-data': ca } }],
      users: [{ name: 'u', user: { token: 't' } }],
      contexts: [{ name: 'kind-faultflix', context: { cluster: 'c', user: 'u' } }],
    };
    await writeFile(join(folder, 'kubeconfig'), JSON.stringify(kubeconfig));
    const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() }) as never;
    const env = { PATH: bin, FAKE_FOLDER: folder, ...machine.env };
    const read = (file: string) => readFile(join(folder, file), 'utf8');
    const up = kindUp({
      name: `t${process.pid}`,
      env,
      clock: systemClock,
      imagesScript: images,
      out: outputTo({ stdout: nowhere(), stderr: nowhere(), env: {}, clock: systemClock, json: false }),
      stop: { asked: machine.asked ?? new AbortController().signal, forced: new AbortController().signal },
    });
    up.catch(() => undefined);
    await work(up, {
      calls: async () => (await read('calls')).split('\n').filter(Boolean),
      clusters: () => read('clusters'),
      config: () => read('config'),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const name = `faultflix-t${process.pid}`;

describe('a kind cluster', () => {
  it('is made with labelled nodes, gets the images, and is deleted at the end', () =>
    on({ clusters: 'other\n' }, async (up, seen) => {
      const cluster = await up;
      assert.equal(cluster.made, true);
      assert.ok(existsSync(cluster.kubeconfig));
      const { nodes } = parse(await seen.config()) as { nodes: { role: string; labels?: Record<string, string> }[] };
      assert.equal(nodes.filter(({ role }) => role === 'control-plane').length, 1);
      for (const region of regions) {
        const zones = nodes
          .filter((each) => each.labels?.[labels.nodeRegion] === region)
          .map((each) => each.labels?.[labels.nodeZone]);
        assert.equal(new Set(zones).size, 2, region);
      }
      await cluster.down();
      assert.ok(!existsSync(cluster.kubeconfig));
      assert.equal(await seen.clusters(), 'other\n');
      assert.deepEqual(
        (await seen.calls()).map((call) => call.split(' ').slice(0, 3).join(' ')),
        [
          'kind version',
          'docker info',
          'kind get clusters',
          'kind create cluster',
          'images --load kind',
          'kind delete cluster',
        ],
      );
    }));

  it('that is there is used, and stays', () =>
    on({ clusters: `${name}\n` }, async (up, seen) => {
      const cluster = await up;
      assert.equal(cluster.made, false);
      await cluster.down();
      assert.equal(await seen.clusters(), `${name}\n`);
      assert.ok(!(await seen.calls()).some((call) => /create|delete/.test(call)));
    }));

  it('that cannot be made leaves nothing', () =>
    on({ env: { FAKE_CREATE: 'fails' } }, async (up, seen) => {
      await assert.rejects(up, (error: { code: string; received: string }) => {
        assert.match(error.received, /failed to pull image/);
        return error.code === 'could-not-run';
      });
      assert.match((await seen.calls()).at(-1) ?? '', /^kind delete cluster/);
    }));

  it('is deleted when a Ctrl-C comes in between', () =>
    on({ asked: AbortSignal.abort() }, async (up, seen) => {
      await assert.rejects(up, { code: 'cancelled' });
      assert.equal(await seen.clusters(), '');
    }));

  for (const [what, machine, message] of [
    ['kind', { programs: ['docker'] }, /kind is not on PATH.*install kind/s],
    ['docker', { programs: ['kind'] }, /docker is not on PATH.*install and start it/s],
    ['a Docker that answers', { env: { FAKE_DOCKER: 'down' } }, /docker failed.*start docker/s],
  ] as const) {
    it(`wants ${what}, and says what to do before anything is made`, () =>
      on(machine, async (up, seen) => {
        await assert.rejects(up, (error: Error & { todo: string }) => message.test(`${error.message} ${error.todo}`));
        assert.ok(!(await seen.calls()).some((call) => /create/.test(call)));
      }));
  }
});
