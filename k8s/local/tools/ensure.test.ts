import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { asFaultflixError, FaultflixError } from '#base/errors.ts';
import { identify, isAlive } from '../processes/identity.ts';
import { fakeGo, noGo } from '../testing/fake-go.ts';
import { impostor, releases } from '../testing/releases.ts';
import { eventually, scratch } from '../testing/scratch.ts';
import { toolFolder } from './cache.ts';
import { catalogue, type ReleaseHosts, type ToolName, thisPlatform } from './catalogue.ts';
import { ensureTools } from './ensure.ts';
import type { EnsureOptions } from './options.ts';
import type { Progress } from './progress.ts';

const NOWHERE: ReleaseHosts = { kubernetes: 'http://127.0.0.1:1/k8s', github: 'http://127.0.0.1:1/github' };
const kubernetes = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;
const programs = (...names: ToolName[]) => Object.fromEntries(names.map((name) => [name, impostor(name)]));

async function world(t: TestContext, options: Partial<EnsureOptions> & Pick<EnsureOptions, 'tools'>) {
  const root = await scratch(t);
  const dir = join(root, 'tools');
  const seen: Progress[] = [];
  const ensure = (more: Partial<EnsureOptions> = {}) =>
    ensureTools({
      dir,
      hosts: NOWHERE,
      env: process.env,
      onProgress: (progress) => seen.push(progress),
      signal: new AbortController().signal,
      ...options,
      ...more,
    });
  /** What lies in the cache besides whole tools. */
  const leftovers = async () => (await readdir(dir)).filter((name) => name.startsWith('.'));
  return { root, dir, seen, ensure, leftovers };
}

test('from the release, and from then on from the cache', async (t) => {
  const server = await releases(t);
  await server.offer('etcd', impostor('etcd'));
  await server.offer('kube-scheduler', impostor('kube-scheduler'));
  const { ensure, dir, seen, leftovers } = await world(t, { tools: ['etcd', 'kube-scheduler'], hosts: server.hosts });
  const paths = await ensure();
  assert.equal(paths.get('etcd'), join(toolFolder(dir, catalogue.etcd, thisPlatform()), 'etcd'));
  assert.deepEqual(new Set(seen.map(({ way }) => way)), new Set(['download']));
  const asked = server.asked.length;
  seen.length = 0;
  assert.deepEqual(await ensure(), paths);
  assert.equal(server.asked.length, asked);
  assert.deepEqual(new Set(seen.map(({ way }) => way)), new Set(['cache']));
  assert.deepEqual(await leftovers(), []);
});

test('a tool in the cache that is not whole is made anew', async (t) => {
  const server = await releases(t);
  await server.offer('etcd', impostor('etcd'));
  const { ensure } = await world(t, { tools: ['etcd'], hosts: server.hosts });
  const path = (await ensure()).get('etcd')!;
  await writeFile(path, 'cut sh');
  await ensure();
  assert.equal(await readFile(path, 'utf8'), impostor('etcd'));
});

test('a folder without its manifest, as a copy by hand would be, does not count', async (t) => {
  const server = await releases(t);
  await server.offer('etcd', impostor('etcd'));
  const { ensure, dir } = await world(t, { tools: ['etcd'], hosts: server.hosts });
  const folder = toolFolder(dir, catalogue.etcd, thisPlatform());
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'etcd'), 'something');
  await ensure();
  assert.equal(await readFile(join(folder, 'etcd'), 'utf8'), impostor('etcd'));
});

test('what no release has is built, the three of Kubernetes by one build', async (t) => {
  const { ensure, root, seen, leftovers } = await world(t, { tools: kubernetes });
  const go = await fakeGo(root, { programs: programs(...kubernetes) });
  const paths = await ensure({ env: go.env });
  for (const name of kubernetes) assert.equal(await readFile(paths.get(name)!, 'utf8'), impostor(name));
  const builds = (await go.calls()).filter((call) => call.startsWith('build '));
  assert.equal(builds.length, 1);
  assert.match(builds[0]!, /-trimpath .*-gcflags=all=-dwarf=false .*gitVersion=v1\.37\.2/);
  const units = seen.filter(({ way }) => way === 'build').map(({ unit }) => unit);
  assert.deepEqual(new Set(units), new Set(['packages', 'modules']));
  assert.equal(seen[0]!.way, 'build', 'said at once');
  assert.ok(seen[0]!.etaMs! > 0);
  assert.deepEqual(await leftovers(), []);
});

test('only what no release has is built', async (t) => {
  const server = await releases(t);
  await server.offer('kube-apiserver', impostor('kube-apiserver'));
  const { ensure, root } = await world(t, { tools: kubernetes, hosts: server.hosts });
  const go = await fakeGo(root, { programs: programs(...kubernetes) });
  await ensure({ env: go.env });
  const [build] = (await go.calls()).filter((call) => call.startsWith('build '));
  assert.doesNotMatch(build!, /cmd\/kube-apiserver/);
  assert.match(build!, /cmd\/kube-scheduler/);
});

test('a build whose program says another version does not count', async (t) => {
  const { ensure, root, leftovers } = await world(t, { tools: ['kubectl'] });
  const go = await fakeGo(root, { programs: { kubectl: '#!/bin/sh\necho Client Version: v1.0.0\n' } });
  const said = /another version; expected Client Version: v1\.37\.2; Client Version: v1\.0\.0/;
  await assert.rejects(ensure({ env: go.env }), (error) => said.test(asFaultflixError(error).received!));
  assert.deepEqual(await leftovers(), []);
});

test('when no way works, one error names the tools, the three ways, and what failed in each', async (t) => {
  const server = await releases(t);
  await server.offer('etcd', impostor('etcd'));
  server.answer(catalogue.etcd.release(server.hosts, thisPlatform()).url, 'forged');
  const { ensure, root, dir } = await world(t, { tools: ['etcd', ...kubernetes], hosts: server.hosts });
  const error = await ensure({ env: await noGo(root) }).catch((thrown) => thrown);
  assert.ok(error instanceof FaultflixError);
  assert.equal(error.code, 'could-not-run');
  assert.match(error.message, /^could not get etcd 3\.7\.3, kube-apiserver 1\.37\.2, kube-controller-manager/);
  assert.match(error.received!, /etcd, cache: not in \S+etcd-3\.7\.3/);
  assert.match(error.received!, /etcd, release: .*checksum of the release does not fit/);
  assert.match(error.received!, /kube-scheduler, release: GET http\S+kube-scheduler.sha256: HTTP 404/);
  assert.match(
    error.received!,
    /etcd, kube-apiserver, kube-controller-manager, kube-scheduler, go build: Go is not on PATH/,
  );
  assert.match(error.todo!, /install Go/);
  assert.equal(error.where, dir);
});

test('a build that fails is told with what the compiler said', async (t) => {
  const { ensure, root } = await world(t, { tools: ['kubectl'] });
  const go = await fakeGo(root, { programs: {}, fails: 'no space left on device' });
  await assert.rejects(ensure({ env: go.env }), (error) =>
    /no space left on device/.test(asFaultflixError(error).received!),
  );
});

test('a Go that is too old to fetch a newer one', async (t) => {
  const { ensure, root } = await world(t, { tools: ['kubectl'] });
  const go = await fakeGo(root, { programs: {}, version: 'go version go1.19.8 linux/amd64' });
  await assert.rejects(ensure({ env: go.env }), (error) =>
    /Go is too old.*1\.21/.test(asFaultflixError(error).received!),
  );
});

test('an abort ends the whole build and leaves nothing half done', async (t) => {
  const { ensure, root, dir } = await world(t, { tools: ['kubectl'] });
  const go = await fakeGo(root, { programs: programs('kubectl'), waits: true });
  const stop = new AbortController();
  const building = ensure({ env: go.env, signal: stop.signal });
  const pid = await eventually('the build runs', go.waitingPid);
  const id = identify(pid)!;
  stop.abort(new Error('Ctrl-C'));
  await assert.rejects(building, /Ctrl-C/);
  assert.equal(isAlive(id), false);
  assert.deepEqual(await readdir(dir), []);
});

const STARTER = `
import { ensureTools } from ${JSON.stringify(join(import.meta.dirname, 'ensure.ts'))};
const [dir, tool] = process.argv.slice(1);
const paths = await ensureTools({
  tools: [tool], dir, hosts: ${JSON.stringify(NOWHERE)}, env: process.env, signal: new AbortController().signal,
  onProgress: (progress) => console.log(JSON.stringify(progress)),
});
console.log(JSON.stringify({ path: paths.get(tool) }));
`;

/** Another process that wants a tool of the same cache. */
function starter(t: TestContext, dir: string, tool: ToolName, env: NodeJS.ProcessEnv) {
  const args = ['--input-type=module', '-e', STARTER, dir, tool];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
  t.after(() => child.kill('SIGKILL'));
  const lines: Array<Progress & { path?: string }> = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  return { child, lines, over: once(child, 'close') };
}

test('two starts at once share one build, and both show its progress', { timeout: 60_000 }, async (t) => {
  const { root, dir } = await world(t, { tools: ['kubectl'] });
  const go = await fakeGo(root, { programs: programs('kubectl'), waits: true });
  const one = starter(t, dir, 'kubectl', go.env);
  await eventually('the build runs', go.waitingPid);
  const two = starter(t, dir, 'kubectl', go.env);
  await eventually(
    'the second shows it',
    () => two.lines.some(({ shared, way }) => shared && way === 'build') || undefined,
  );
  await go.release();
  await Promise.all([one.over, two.over]);
  assert.ok(one.lines.at(-1)!.path);
  assert.equal(two.lines.at(-1)!.path, one.lines.at(-1)!.path);
  assert.equal((await go.calls()).filter((call) => call.startsWith('build ')).length, 1);
});

test('a start that is killed while it builds: the next ends its build, clears up and goes on', {
  timeout: 60_000,
}, async (t) => {
  const { root, dir, ensure, leftovers } = await world(t, { tools: ['kubectl'] });
  const go = await fakeGo(root, { programs: programs('kubectl'), waits: true });
  const killed = starter(t, dir, 'kubectl', go.env);
  const orphan = identify(await eventually('the build runs', go.waitingPid))!;
  const waiting = starter(t, dir, 'kubectl', go.env);
  await eventually('the second waits', () => waiting.lines.some(({ shared }) => shared) || undefined);
  killed.child.kill('SIGKILL');
  await eventually('the orphan is ended', () => !isAlive(orphan));
  await go.release();
  await waiting.over;
  assert.ok(waiting.lines.at(-1)!.path);
  assert.deepEqual(await leftovers(), []);
  await chmod(waiting.lines.at(-1)!.path!, 0o755);
  assert.equal((await ensure()).get('kubectl'), waiting.lines.at(-1)!.path);
});

test('a folder of a process that only another container sees is left alone; one of a dead process goes', async (t) => {
  const server = await releases(t);
  await server.offer('etcd', impostor('etcd'));
  const { ensure, dir, leftovers } = await world(t, { tools: ['etcd'], hosts: server.hosts });
  const own = (await readlink('/proc/self/ns/pid')).replace(/\D/g, '');
  const [theirs, dead] = ['.work-kubernetes-1-4194305-1', `.work-kubernetes-${own}-4194305-1`];
  for (const name of [theirs, dead]) await mkdir(join(dir, name), { recursive: true });
  await ensure();
  assert.deepEqual(await leftovers(), [theirs]);
});
