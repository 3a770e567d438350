import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { writeAtomically } from './atomic-writer.ts';

const files = (entries: Record<string, string>, mode = 0o644) =>
  new Map(Object.entries(entries).map(([path, text]) => [path, { content: Buffer.from(text), mode }]));
const folderFor = (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'atomic-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'volume');
};

it('shows exactly the files, through one link that moves', (t) => {
  const folder = folderFor(t);
  assert.equal(writeAtomically(folder, files({ a: '1', 'deep/b': '2' })), true);
  assert.equal(readFileSync(join(folder, 'a'), 'utf8'), '1');
  assert.equal(readFileSync(join(folder, 'deep/b'), 'utf8'), '2');
  const before = readlinkSync(join(folder, '..data'));
  assert.equal(writeAtomically(folder, files({ a: '3' }, 0o400)), true);
  assert.equal(readFileSync(join(folder, 'a'), 'utf8'), '3');
  assert.equal(statSync(join(folder, 'a')).mode & 0o777, 0o400);
  assert.deepEqual([existsSync(join(folder, 'deep')), existsSync(join(folder, before))], [false, false]);
  assert.deepEqual(
    readdirSync(folder).filter((name) => !name.startsWith('..')),
    ['a'],
  );
});

it('touches nothing when nothing changed, and writes when only a mode or a file less did', (t) => {
  const folder = folderFor(t);
  writeAtomically(folder, files({ a: '1', b: '2' }));
  const data = readlinkSync(join(folder, '..data'));
  assert.equal(writeAtomically(folder, files({ a: '1', b: '2' })), false);
  assert.equal(readlinkSync(join(folder, '..data')), data);
  assert.equal(writeAtomically(folder, files({ a: '1', b: '2' }, 0o600)), true);
  assert.equal(writeAtomically(folder, files({ a: '1' }, 0o600)), true);
});

it('goes on where a killed kubelet stopped half-way', (t) => {
  const folder = folderFor(t);
  writeAtomically(folder, files({ a: '1' }));
  writeFileSync(join(folder, '..data_tmp'), 'half');
  assert.equal(writeAtomically(folder, files({ a: '2', b: '3' })), true);
  assert.equal(readFileSync(join(folder, 'b'), 'utf8'), '3');
});

it('an empty volume is an empty folder', (t) => {
  const folder = folderFor(t);
  writeAtomically(folder, files({}));
  assert.deepEqual(
    readdirSync(folder).filter((name) => !name.startsWith('..')),
    [],
  );
});
