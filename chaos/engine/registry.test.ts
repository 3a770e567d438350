import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { isFaultKind } from '../faults/kind.ts';
import { faultKinds } from '../faults/registry.ts';
import { loadRegistry } from './registry.ts';

async function folderWith(t: TestContext, files: Readonly<Record<string, string>>): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), 'faultflix-registry-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return pathToFileURL(`${folder}/`);
}

const fault = `const nothing = async () => {};
export default { summary: 's', schema: {}, fits: () => true, plan: () => ({}), inject: nothing, effect: nothing, recover: nothing };`;

test('one more file is one more fault; tests, the port and the registry itself are none', async (t) => {
  const files = {
    'b.ts': fault,
    'a.ts': fault,
    'a.test.ts': 'throw 1',
    'kind.ts': 'throw 1',
    'registry.ts': 'throw 1',
    'x.md': '',
  };
  const folder = await folderWith(t, files);
  const found = await loadRegistry({ folder, except: ['kind.ts'], isEntry: isFaultKind });
  assert.deepEqual([...found.keys()], ['a', 'b']);
  assert.deepEqual([...faultKinds.keys()], ['ill-behaviour', 'latency', 'pod-kill']);
});

for (const [name, text] of [
  ['without a default export', 'export const x = 1;'],
  ['that cannot undo what it does', fault.replace(', recover: nothing', '')],
] as const) {
  test(`known bad: a file ${name} stops the start`, async (t) => {
    const folder = await folderWith(t, { 'c.ts': text });
    await assert.rejects(loadRegistry({ folder, except: [], isEntry: isFaultKind }), {
      code: 'internal',
      message: /c\.ts/,
    });
  });
}
