import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { builtPage, type PageOptions } from './page.ts';

const root = await mkdtemp(join(tmpdir(), 'faultflix-page-test-'));
let home: string;
let number = 0;
after(() => rm(root, { recursive: true, force: true }));
beforeEach(() => {
  home = join(root, String(++number));
});

const never = new AbortController().signal;
const dashboard = join(import.meta.dirname, '..', 'cockpit');
const cached = () => readdir(join(home, 'faultflix', basename(dashboard)));
const options = (more: Partial<PageOptions> = {}): PageOptions => ({
  dashboard,
  env: { XDG_CACHE_HOME: home },
  signal: never,
  ...more,
});

async function script(name: string, source: string): Promise<string> {
  await mkdir(home, { recursive: true });
  const file = join(home, name);
  await writeFile(file, `import { mkdirSync, writeFileSync } from 'node:fs';\n${source}`);
  return file;
}
const builds = `mkdirSync(process.argv[2]); writeFileSync(process.argv[2] + '/index.html', 'whole'); console.log('modules 7');`;

test('two at once get one whole page of which nothing is inline, and the next finds it', async () => {
  const modules: number[] = [];
  const built: number[] = [];
  const more = { onProgress: (count: number) => modules.push(count), onBuilt: (ms: number) => built.push(ms) };
  const [page, other] = await Promise.all([builtPage(options(more)), builtPage(options())]);
  assert.deepEqual([...page.keys()].sort(), [...other.keys()].sort());
  const html = page.get('/index.html')!;
  assert.equal(html.type, 'text/html; charset=utf-8');
  assert.doesNotMatch(html.bytes.toString(), /<script>|<style|https?:/);
  assert.ok([...page.keys()].some((path) => path.endsWith('.js')) && modules.length > 3 && built.length === 1);
  assert.equal((await cached()).length, 1);
  await builtPage(options({ onBuilt: () => assert.fail('built again') }));
});

test('a build that fails leaves nothing and says why', async () => {
  const builder = await script('fails.ts', `mkdirSync(process.argv[2]); throw new Error('no such module');`);
  await assert.rejects(builtPage(options({ builder })), { code: 'could-not-run', received: /no such module/ });
  assert.deepEqual(await cached(), []);
});

test('a build that is stopped leaves nothing', async () => {
  const stopped = new AbortController();
  const builder = await script(
    'waits.ts',
    `mkdirSync(process.argv[2]); console.log('modules 1'); setInterval(() => {}, 1000);`,
  );
  const running = builtPage(options({ builder, signal: stopped.signal, onProgress: () => stopped.abort() }));
  await assert.rejects(running, { name: 'AbortError' });
  assert.deepEqual(await cached(), []);
});

test('what a killed builder left is swept, what a running one makes is not, and few old builds are kept', async () => {
  const builder = await script('builds.ts', builds);
  const cache = join(home, 'faultflix', basename(dashboard));
  const running = `b.${process.pid}.00`;
  for (const name of ['a.4194304.00', running, 'old1', 'old2', 'old3', 'old4'])
    await mkdir(join(cache, name), { recursive: true });
  const page = await builtPage(options({ builder }));
  assert.equal(page.get('/index.html')?.bytes.toString(), 'whole');
  const left = await cached();
  assert.ok(left.includes(running) && !left.includes('a.4194304.00'));
  assert.equal(left.filter((name) => !name.includes('.')).length, 4);
});
