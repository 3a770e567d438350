import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { LOG_MAX_BYTES, nextHead, readHead, rotate } from './rotation.ts';

describe('rotation of logs', () => {
  it('moves the head to the last whole line once the log has its size, and keeps one size before it', () => {
    const start = { shown: 0, kept: 0 };
    assert.equal(nextHead(start, { size: LOG_MAX_BYTES - 1, lineEnd: 5 }), start);
    const first = nextHead(start, { size: LOG_MAX_BYTES, lineEnd: LOG_MAX_BYTES - 7 });
    assert.deepEqual(first, { shown: LOG_MAX_BYTES - 7, kept: 0 });
    const size = 2 * LOG_MAX_BYTES;
    assert.deepEqual(nextHead(first, { size, lineEnd: size }), { shown: size, kept: LOG_MAX_BYTES - 7 });
  });

  it('frees the disk of what is too old, while the file goes on where it was', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'rotation-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'log');
    const line = `${'x'.repeat(1023)}\n`;
    appendFileSync(file, 'short\n');
    assert.equal(await rotate(file, folder), false);
    for (let time = 0; time < 2; time++) {
      appendFileSync(file, line.repeat(LOG_MAX_BYTES / 1024));
      assert.equal(await rotate(file, folder), true);
    }
    const { size, blocks } = statSync(file);
    assert.deepEqual(readHead(folder), { shown: size, kept: LOG_MAX_BYTES + 6 });
    assert.equal(size, 2 * LOG_MAX_BYTES + 6);
    assert.ok(blocks * 512 < 1.5 * LOG_MAX_BYTES, `${blocks * 512} bytes on disk`);
  });
});
