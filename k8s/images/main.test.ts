import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { imageNames } from './image.ts';
import { temporary } from './testing/temporary.ts';

const skip = process.platform === 'linux' ? false : 'images are made on Linux';
const program = join(import.meta.dirname, 'main.ts');

function start(args: readonly string[], cacheHome: string) {
  const env = { ...process.env, XDG_CACHE_HOME: cacheHome, NO_COLOR: '1', FORCE_COLOR: undefined };
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  }
  return { child, said, closed: once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]> };
}

describe('npm run images', { skip, timeout: 120_000 }, () => {
  it('makes an image and says where it is, without colours when there are to be none', async (t) => {
    const { said, closed } = start(['pause'], await temporary(t));
    assert.deepEqual(await closed, [0, null]);
    assert.match(
      said.stdout,
      /^faultflix\.local\/pause:dev {2}2048 bytes {2}built\n {2}sha256:[\da-f]{64}\n {2}\/.*\/pause\.tar\n/,
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
    assert.doesNotMatch(said.stdout + said.stderr, /\x1b/);
  });

  it('speaks JSON to programs, of errors too', async (t) => {
    const cache = await temporary(t);
    const good = start(['pause', '--json'], cache);
    assert.deepEqual(await good.closed, [0, null]);
    const events = good.said.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual([...new Set(events.map(({ type }) => type))], ['progress', 'image']);
    assert.equal(events.at(-1).name, 'pause');
    const bad = start(['--json', 'nothing'], cache);
    assert.deepEqual(await bad.closed, [2, null]);
    assert.equal(JSON.parse(bad.said.stdout).error.code, 'bad-input');
  });

  it('asks whether there is where to load before it makes anything', async (t) => {
    const cache = await temporary(t);
    const { said, closed } = start(['pause', '--load', 'containerd', '--address', '/nowhere.sock'], cache);
    assert.deepEqual(await closed, [3, null]);
    assert.match(said.stderr, /containerd does not listen\n {2}where: \/nowhere\.sock\n {2}what to do: /);
    assert.deepEqual(await readdir(cache), []);
  });

  it('leaves nothing half-written after Ctrl-C', async (t) => {
    const cache = await temporary(t);
    await mkdir(join(cache, 'faultflix'));
    const { child, closed } = start(['shell', '--json'], cache);
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (JSON.parse(line).way === 'write') child.kill('SIGINT');
    });
    assert.deepEqual(await closed, [130, null]);
    assert.deepEqual(await readdir(join(cache, 'faultflix/images')), []);
  });

  it('explains itself', async (t) => {
    const { said, closed } = start(['--help'], await temporary(t));
    assert.deepEqual(await closed, [0, null]);
    for (const name of imageNames) assert.ok(said.stdout.includes(name));
    assert.match(said.stdout, /Examples:/);
  });
});
