/**
 * Whoever builds with Docker gets the same: what `docker build` makes of the Dockerfiles of k8s/images holds the same
 * files, with the same bytes, modes and owners, and has the same configuration as what `npm run images` makes.
 */
import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { after, describe, it } from 'node:test';
import { pack } from 'tar-stream';
import { repository } from '#k8s/images/build.ts';
import { loadDefinition } from '#k8s/images/describe.ts';
import { writeDockerContext } from '#k8s/images/docker-context.ts';
import type { ImageName } from '#k8s/images/image.ts';
import { readTar, type TarEntry } from '#k8s/images/testing/read.ts';
import { type Docker, dockerode } from './support/docker.ts';
import { enter, longStep } from './support/inside.ts';

/** One of each kind of content: a program of ours, one of others, and Node with packages and code. */
const names: readonly ImageName[] = ['pause', 'toxiproxy', 'load'];

await enter({ tools: ['toxiproxy-server'] });
const docker = await dockerode();
const folder = await mkdtemp(join(tmpdir(), 'faultflix-dockerfile-'));
after(() => rm(folder, { recursive: true, force: true }));
const { signal } = new AbortController();
const contexts = await writeDockerContext({ images: names, dir: folder, repositoryRoot: repository, signal });

/** Differences that a failure shows. */
const SHOWN = 10;

/** What matters of a file; when it was made does not, and Docker has its own mind of folders' times. */
type Files = ReadonlyMap<string, string>;

/** Layers laid over each other. A mode may tell the type as well, as Docker's does. The root itself belongs to none of ours. */
function laid(layers: readonly (readonly TarEntry[])[]): Files {
  const all = layers.flat().map((entry) => [entry.path.replace(/^\.?\/?/, ''), entry] as const);
  return new Map(
    all
      .filter(([path]) => path !== '')
      .map(([path, { type, mode, uid, gid, target, size, sha256 }]) => [
        path,
        type === 'symlink'
          ? `link to ${target}`
          : `${type} ${(mode & 0o7777).toString(8)} ${uid}:${gid} ${size} ${sha256}`,
      ]),
  );
}

async function ours(name: ImageName): Promise<Files> {
  const context = contexts.get(name)!;
  // In the order of the Dockerfile, which a test beside it holds against the definition.
  const order = ['node', 'packages', 'code', 'tools', 'program'].map((layer) => `${layer}.tar`);
  const layers = (await readdir(context)).sort((a, b) => order.indexOf(a) - order.indexOf(b));
  return laid(await Promise.all(layers.map((layer) => readTar(join(context, layer), () => false))));
}

async function build(name: ImageName, tag: string): Promise<void> {
  const context = pack();
  const fill = async () => {
    const dockerfile = join(repository, 'k8s/images', name, 'Dockerfile');
    for (const [path, entry] of [
      [dockerfile, 'Dockerfile'],
      ...(await readdir(contexts.get(name)!)).map((file) => [join(contexts.get(name)!, file), file] as const),
    ] as const) {
      const sink = context.entry({ name: entry, size: (await stat(path)).size });
      await pipeline(createReadStream(path), sink as unknown as NodeJS.WritableStream);
    }
    context.finalize();
  };
  const filled = fill();
  const progress = await docker.buildImage(Readable.from(context), { t: tag, forcerm: true });
  await Promise.all([filled, followed(progress)]);
}

/** Docker answers 200 and tells a failure in what follows. */
const followed = (progress: NodeJS.ReadableStream): Promise<void> =>
  new Promise((resolve, reject) => {
    docker.modem.followProgress(progress, (error, lines: readonly { readonly error?: string }[]) => {
      const failed = lines?.find((line) => line.error)?.error;
      if (error || failed) reject(error ?? new Error(failed));
      else resolve();
    });
  });

async function dockers(saved: Awaited<ReturnType<Docker['getImage']>>): Promise<Files> {
  const entries = new Map((await readTar(await saved.get())).map((entry) => [entry.path, entry]));
  const [{ Layers }] = JSON.parse(String(entries.get('manifest.json')!.content)) as [{ Layers: string[] }];
  const resolve = (path: string) => {
    const { type, target, content } = entries.get(path)!;
    // `docker save` of 20.10 links a layer that is there already.
    return type === 'symlink' ? entries.get(join(path, '..', target!))!.content : content;
  };
  return laid(await Promise.all(Layers.map((path) => readTar(Readable.from(resolve(path)), () => false))));
}

const differences = (expected: Files, actual: Files): readonly string[] =>
  [...new Set([...expected.keys(), ...actual.keys()])]
    .filter((path) => expected.get(path) !== actual.get(path))
    .map((path) => `${path}: ${expected.get(path) ?? 'nothing'} here, ${actual.get(path) ?? 'nothing'} in Docker's`);

describe('docker build', { timeout: 600_000 }, () => {
  for (const name of names) {
    it(`makes what npm run images makes: ${name}`, async (t) => {
      const tag = `faultflix.local/dockerfile-${name}:test-${process.pid}`;
      t.after(() => docker.getImage(tag).remove({ force: true }));
      await longStep(`docker build of ${name}`, () => build(name, tag));
      const expected = await ours(name);
      assert.ok(expected.size > 0);
      assert.deepEqual(differences(expected, await dockers(docker.getImage(tag))).slice(0, SHOWN), []);

      const { Config } = await docker.getImage(tag).inspect();
      const { config } = await loadDefinition(name);
      const of = (value: unknown) => value ?? null;
      assert.deepEqual(
        [of(Config.Entrypoint), of(Config.Cmd), Config.User, Config.WorkingDir],
        [of(config.Entrypoint), of(config.Cmd), config.User ?? '', config.WorkingDir],
      );
      assert.deepEqual(
        (config.Env ?? []).filter((variable) => !Config.Env?.includes(variable)),
        [],
      );
    });
  }

  it('would be seen to differ by a byte, a mode, an owner or a file', async () => {
    const expected = await ours('pause');
    const [path, said] = [...expected].find(([, text]) => text.startsWith('file'))!;
    for (const other of [said.replace(/.$/, '_'), said.replace('755', '777'), said.replace('0:0', '1:0'), undefined]) {
      const actual = new Map([...expected].filter(([one]) => other !== undefined || one !== path));
      if (other !== undefined) actual.set(path, other);
      assert.equal(differences(expected, actual).length, 1);
    }
  });
});
