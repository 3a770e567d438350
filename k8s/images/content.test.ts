import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { repository } from './build.ts';
import { createContext } from './context.ts';
import { describe as describeImage, loadDefinition, type NamedLayer } from './describe.ts';
import { type ImageName, imageNames } from './image.ts';
import type { Layer } from './layer/entry.ts';
import { tar } from './layer/tar.ts';
import { objections } from './testing/objections.ts';
import { readTar, type WithContent } from './testing/read.ts';
import { unresolved } from './testing/resolve.ts';

const skip = process.platform === 'linux' ? false : 'images are made on Linux';
const signal = new AbortController().signal;

/** Images that run on a node of somebody; the shell is a tool for tests and what it is against all these rules. */
const guarded = imageNames.filter((name) => name !== 'shell');

const contents = new Map<ImageName, readonly WithContent[]>();
const contentOf = (name: ImageName) => contents.get(name)!;

/** Everything once: a hundred tests need not read Node a hundred times. A program of any tool stands for it. */
async function readAll(): Promise<void> {
  const context = createContext({ repositoryRoot: repository, signal, onProgress: () => {} });
  const known = new Map<Layer, NamedLayer>();
  const layerContents = new Map<string, readonly WithContent[]>();
  for (const name of guarded) {
    const { layers } = await describeImage(name, {
      context: { ...context, tool: async () => process.execPath },
      signal,
      known,
    });
    for (const { digest, entries } of layers) {
      if (!layerContents.has(digest)) layerContents.set(digest, await readTar(tar(entries), isText));
    }
    contents.set(
      name,
      layers.flatMap(({ digest }) => [...layerContents.get(digest)!]),
    );
  }
}

const isText = (path: string): boolean => /\.ts$|^etc\/|^app\/package\.json$/.test(path);

describe('an image', { skip, timeout: 300_000 }, () => {
  before(readAll);

  for (const name of guarded) {
    it(`has no shell, no package manager, no setuid file and nothing that others may write: ${name}`, () => {
      const entries = contentOf(name);
      assert.ok(entries.length > 0);
      assert.deepEqual(objections(entries), []);
    });
  }

  for (const name of ['platform', 'chaos', 'load'] as const) {
    it(`has all that its code imports: ${name}`, () => {
      const entries = contentOf(name);
      assert.deepEqual(unresolved(entries), []);
      const without = entries.filter(({ path }) => path !== 'app/platform/base/errors.ts');
      assert.notDeepEqual(unresolved(without), [], 'a file of ours that is missing is noticed');
      const [used] = /app\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(
        entries.find(({ path }) => /node_modules\/(?:zod|undici|pino)\//.test(path))!.path,
      )!;
      assert.notDeepEqual(
        unresolved(entries.filter(({ path }) => !path.startsWith(`${used}/`))),
        [],
        `${used} that is missing is noticed`,
      );
    });

    it(`holds nothing twice and no Node but its own: ${name}`, () => {
      const entries = contentOf(name);
      const files = entries.filter(({ type }) => type === 'file').map(({ path }) => path);
      assert.equal(new Set(files).size, files.length);
      assert.deepEqual(
        files.filter((path) => /(?:^|\/)node$/.test(path)),
        ['usr/local/bin/node'],
      );
      assert.deepEqual(
        entries.filter(({ size }) => size > 40e6).map(({ path }) => path),
        ['usr/local/bin/node'],
      );
    });
  }

  it('runs as a user that is in its list, but the shell', async () => {
    for (const name of guarded) {
      const { config } = await loadDefinition(name);
      assert.match(config.User ?? '', /^[1-9]\d*:[1-9]\d*$/, name);
    }
  });

  it('has its user in /etc/passwd', () => {
    const passwd = contentOf('platform').find(({ path }) => path === 'etc/passwd');
    assert.match(String(passwd?.content), /^faultflix:x:10001:10001:/m);
  });
});

describe('what is wrong with an image', () => {
  const good = { path: 'usr/local/bin/node', type: 'file', mode: 0o755, uid: 0, gid: 0, mtimeMs: 0 };
  const bad = {
    'a shell': { path: 'bin/sh' },
    'a shell by a link': { path: 'usr/bin/bash', type: 'symlink' },
    'a package manager': { path: 'usr/local/bin/npm' },
    'a setuid file': { mode: 0o4755 },
    'a file that others may write': { mode: 0o666 },
    'a folder that others may write': { path: 'app', type: 'directory', mode: 0o777 },
    'a file of the user': { uid: 10_001 },
    'a time': { mtimeMs: 1 },
    'a device': { type: 'character-device' },
    'a test': { path: 'app/platform/a.test.ts' },
    'a helper of tests': { path: 'app/chaos/testing/a.ts' },
    'an addon': { path: 'app/node_modules/a/build/a.node' },
  };
  for (const [what, difference] of Object.entries(bad)) {
    it(`is seen: ${what}`, () => assert.equal(objections([{ ...good, ...difference }]).length, 1));
  }
  it('is nothing of what may be', () => {
    const tmp = { path: 'tmp', type: 'directory', mode: 0o1777 };
    const link = { path: 'bin', type: 'symlink', mode: 0o777 };
    assert.deepEqual(objections([good, { ...good, ...tmp }, { ...good, ...link }]), []);
  });
});
