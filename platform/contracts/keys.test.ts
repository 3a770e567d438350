import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { PLAY_KEYS, readPlayKey } from './keys.ts';

it('the play key is read from its volume, and refused when it is absent or short', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'faultflix-keys-'));
  t.after(() => rm(root, { recursive: true }));
  const env = { FAULTFLIX_ROOT: root };
  const refused = (error: unknown) => error instanceof FaultflixError && error.code === 'could-not-run';
  assert.throws(() => readPlayKey(env), refused);
  await mkdir(join(root, PLAY_KEYS), { recursive: true });
  await writeFile(join(root, PLAY_KEYS, 'hmac.key'), 'short');
  assert.throws(() => readPlayKey(env), refused);
  await writeFile(join(root, PLAY_KEYS, 'hmac.key'), 'k'.repeat(43));
  assert.equal(readPlayKey(env).length, 43);
});
