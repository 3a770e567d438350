import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { thisArchitecture } from '../machine/architecture.ts';
import { librariesOf } from '../machine/libraries.ts';
import { temporary } from '../testing/temporary.ts';
import { readNeeds } from './needs.ts';

const skip = process.platform === 'linux' ? false : 'ELF is what Linux runs';

/** Paths that the loader itself finds, by `ldd`; links of merged folders followed no further than it does. */
const byLoader = (program: string): string[] =>
  execFileSync('ldd', [program], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => /(?:=> )?(\/\S+) \(0x/.exec(line)?.[1] ?? [])
    .sort();

describe('what a program needs', { skip }, () => {
  it('is what the loader finds', () => {
    const architecture = thisArchitecture();
    for (const program of [process.execPath, '/bin/sh']) {
      assert.deepEqual(librariesOf([program], { architecture }), byLoader(program));
    }
  });

  it('comes with what is loaded late, when names of hosts are looked up', () => {
    const architecture = thisArchitecture();
    const without = librariesOf([process.execPath], { architecture });
    const added = librariesOf([process.execPath], { architecture, resolver: true }).filter(
      (path) => !without.includes(path),
    );
    for (const path of added) assert.match(path, /lib(?:nss_\w+|resolv)\.so\.2$/);
  });

  it('starts with its loader', () => assert.match(readNeeds(process.execPath).interpreter ?? '', /^\/lib.*\/ld-linux/));

  it('cannot be read of what is no program', async (t) => {
    const path = join(await temporary(t), 'script');
    await writeFile(path, '#!/bin/sh\necho this is long enough to be read as a header, and it is none\n');
    assert.throws(() => readNeeds(path), { code: 'unsupported', where: path });
  });

  it('that is not here is named with who needs it', async (t) => {
    const path = join(await temporary(t), 'program');
    const bytes = await readFile('/bin/sh');
    const at = bytes.indexOf('libc.so.6');
    bytes.write('libx.so.6', at, 'latin1');
    await writeFile(path, bytes);
    assert.throws(() => librariesOf([path], { architecture: thisArchitecture() }), {
      code: 'could-not-run',
      message: 'libx.so.6 is not on this machine',
      where: path,
    });
  });
});
