import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { impostor, type Releases, releases, sha256 } from '../testing/releases.ts';
import { scratch } from '../testing/scratch.ts';
import { catalogue, type ToolName, thisPlatform } from './catalogue.ts';
import { download } from './download.ts';
import type { Progress } from './progress.ts';

interface Fetch {
  readonly tool?: ToolName;
  readonly signal?: AbortSignal;
  readonly stallMs?: number;
}

const now = { now: () => 0, sleep: async () => {} };

async function fetched(
  test: TestContext,
  server: Releases,
  { tool = 'kube-scheduler', signal, stallMs = 5_000 }: Fetch = {},
) {
  const program = join(await scratch(test), tool);
  const seen: Progress[] = [];
  await download({
    tool: catalogue[tool],
    release: catalogue[tool].release(server.hosts, thisPlatform()),
    program,
    onProgress: (progress) => seen.push(progress),
    signal: signal ?? new AbortController().signal,
    clock: now,
    limits: { stallMs },
  });
  return { text: await readFile(program, 'utf8'), seen };
}

const release = (server: Releases, tool: ToolName = 'kube-scheduler') =>
  catalogue[tool].release(server.hosts, thisPlatform());
const fails = (pattern: RegExp) => (error: unknown) =>
  error instanceof FaultflixError &&
  error.code === 'could-not-run' &&
  pattern.test(`${error.message} ${error.received}`);

test('a release that is the program itself, checked against its checksum file', async (t) => {
  const server = await releases(t);
  await server.offer('kube-scheduler', 'the program');
  const { text, seen } = await fetched(t, server);
  assert.equal(text, 'the program');
  assert.deepEqual(seen.at(-1), { what: 'kube-scheduler', way: 'download', done: 11, total: 11, unit: 'bytes' });
});

test('a release in an archive: the one member that is the program', async (t) => {
  const server = await releases(t);
  await server.offer('etcd', impostor('etcd'));
  assert.equal((await fetched(t, server, { tool: 'etcd' })).text, impostor('etcd'));
});

test('a checksum file that is the sum alone', async (t) => {
  const server = await releases(t);
  server.answer(release(server).url, 'x');
  server.answer(release(server).checksumUrl, `${sha256('x')}\n`);
  assert.equal((await fetched(t, server)).text, 'x');
});

test('another file than the checksum says is refused', async (t) => {
  const server = await releases(t);
  await server.offer('kube-scheduler', 'the program');
  server.answer(release(server).url, 'the progrom');
  await assert.rejects(fetched(t, server), fails(/checksum of the release does not fit/));
});

test('a checksum file without a sum of this file is refused, not passed over', async (t) => {
  const server = await releases(t);
  await server.offer('kube-scheduler', 'the program');
  server.answer(release(server).checksumUrl, `${sha256('the program')}  another-file\n`);
  await assert.rejects(fetched(t, server), fails(/no SHA-256 sum of kube-scheduler/));
});

test('half a download is tried again, and is whole or nothing', async (t) => {
  const server = await releases(t);
  await server.offer('kube-scheduler', 'the program');
  let times = 0;
  server.answer(release(server).url, (response) => {
    response.writeHead(200, { 'content-length': 11 });
    if (++times === 1) response.write('the pro', () => response.destroy());
    else response.end('the program');
  });
  assert.equal((await fetched(t, server)).text, 'the program');
  assert.equal(times, 2);
});

test('a server that dies every time is given up after three', async (t) => {
  const server = await releases(t);
  await server.offer('kube-scheduler', 'the program');
  let times = 0;
  server.answer(release(server).url, (response) => {
    times++;
    response.writeHead(200, { 'content-length': 11 });
    response.write('the pro', () => response.destroy());
  });
  // The end may overtake the bytes.
  await assert.rejects(fetched(t, server), fails(/3 times: [07] of 11 bytes came/));
  assert.equal(times, 3);
});

test('a server that stops sending is given up', async (t) => {
  const server = await releases(t);
  await server.offer('kube-scheduler', 'the program');
  server.answer(release(server).url, (response) => {
    response.writeHead(200, { 'content-length': 11 });
    response.write('the pro');
  });
  await assert.rejects(fetched(t, server, { stallMs: 100 }), fails(/7 of 11 bytes/));
});

test('a server that is not there, and one that has no such release, are not tried again', async (t) => {
  const server = await releases(t);
  await assert.rejects(fetched(t, server), fails(/HTTP 404/));
  assert.equal(server.asked.length, 1);
  const nowhere = { ...server, hosts: { kubernetes: 'http://127.0.0.1:1', github: 'http://127.0.0.1:1' } };
  await assert.rejects(fetched(t, nowhere), fails(/ECONNREFUSED/));
});

test('an archive without the program, and one that is none', async (t) => {
  const server = await releases(t);
  const { url, checksumUrl } = release(server, 'etcd');
  server.answer(url, 'not an archive');
  server.answer(checksumUrl, `${sha256('not an archive')}  ${url.split('/').at(-1)}`);
  await assert.rejects(fetched(t, server, { tool: 'etcd' }), fails(/archive cannot be unpacked/));
});

test('an abort ends it', async (t) => {
  const server = await releases(t);
  await server.offer('kube-scheduler', 'the program');
  const stop = new AbortController();
  server.answer(release(server).url, (response) => {
    response.writeHead(200, { 'content-length': 11 });
    response.write('the', () => stop.abort(new Error('enough')));
  });
  await assert.rejects(fetched(t, server, { signal: stop.signal }), /enough/);
});

test('redirects are followed, but not for ever', async (t) => {
  const server = await releases(t);
  await server.offer('kube-scheduler', 'the program');
  const { url } = release(server);
  server.answer(`${url}-elsewhere`, 'the program');
  server.answer(url, (response) => response.writeHead(302, { location: `${url}-elsewhere` }).end());
  assert.equal((await fetched(t, server)).text, 'the program');
  server.answer(url, (response) => response.writeHead(302, { location: url }).end());
  await assert.rejects(fetched(t, server), fails(/redirects/));
});
