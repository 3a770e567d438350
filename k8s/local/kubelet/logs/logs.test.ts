import assert from 'node:assert/strict';
import { appendFileSync, closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { selects } from '../server/selector.ts';
import { tailOffset } from './beginning.ts';
import { LogClock } from './log-clock.ts';
import { LogIndex } from './log-index.ts';

const folderFor = (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'logs-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
};
const indexOf = (pairs: readonly (readonly [number, number])[]) => {
  const bytes = Buffer.alloc(pairs.length * 16);
  for (const [at, [size, ms]] of pairs.entries()) {
    bytes.writeDoubleLE(size, at * 16);
    bytes.writeDoubleLE(ms, at * 16 + 8);
  }
  return new LogIndex({ bytes, fallbackMs: 99 });
};

it('tells when a byte was written and what was written since', () => {
  const index = indexOf([
    [10, 1_000],
    [25, 2_000],
  ]);
  assert.deepEqual(
    [0, 9, 10, 24, 25].map((offset) => index.timeAt(offset)),
    [1_000, 1_000, 2_000, 2_000, 99],
  );
  assert.deepEqual(
    [0, 1_000, 1_001, 2_000].map((ms) => index.offsetSince(ms)),
    [0, 0, 10, 10],
  );
  assert.equal(index.offsetSince(2_001), Number.POSITIVE_INFINITY);
});

it('an index that was cut off in the middle of an entry is read as far as it goes', () => {
  const bytes = Buffer.alloc(24);
  bytes.writeDoubleLE(10, 0);
  bytes.writeDoubleLE(1_000, 8);
  const index = new LogIndex({ bytes, fallbackMs: 5_000 });
  assert.deepEqual([index.timeAt(0), index.timeAt(10)], [1_000, 5_000]);
});

it('notes growth as it happens, and what came while nobody looked when it is opened again', async (t) => {
  const folder = folderFor(t);
  const file = join(folder, 'log');
  writeFileSync(file, 'before\n');
  const clock = new LogClock({ file, folder });
  const grown = new Promise<void>((resolve) => clock.onGrowth(resolve));
  appendFileSync(file, 'after\n');
  await grown;
  clock.close();
  appendFileSync(file, 'unseen\n');
  new LogClock({ file, folder }).close();
  const index = LogIndex.read(folder, file);
  const times = [0, 7, 13].map((offset) => index.timeAt(offset));
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  );
  assert.ok(times.every((ms) => Math.abs(ms - Date.now()) < 60_000));
});

it('finds where the last lines begin', (t) => {
  const file = join(folderFor(t), 'log');
  const tail = (text: string, count: number) => {
    writeFileSync(file, text);
    const fd = openSync(file, 'r');
    const offset = tailOffset(fd, count);
    closeSync(fd);
    return text.slice(offset);
  };
  assert.equal(tail('a\nb\nc\n', 2), 'b\nc\n');
  assert.equal(tail('a\nb\nc', 2), 'b\nc');
  assert.equal(tail('a\n', 5), 'a\n');
  assert.equal(tail('', 1), '');
  assert.equal(tail('a\nb\n', 0), '');
  assert.equal(tail('\n\n\n', 2), '\n\n');
  const long = 'x'.repeat(100_000);
  assert.equal(tail(`${long}\n${long}\n`, 1), `${long}\n`);
});

it('selects by labels as kubectl -l does', () => {
  const labels = { app: 'web', tier: 'a' };
  const yes = [
    '',
    'app=web',
    'app==web',
    'app',
    'app!=db',
    'none!=x',
    '!none',
    'app in (web, db),tier notin (b)',
    'tier=a,app=web',
    'none notin (a)',
  ];
  const no = ['app=db', 'none', '!app', 'app!=web', 'app in (db)', 'app notin (web)', 'app=web,tier=b', 'none in (a)'];
  for (const selector of yes) assert.equal(selects(selector, labels), true, selector);
  for (const selector of no) assert.equal(selects(selector, labels), false, selector);
});
