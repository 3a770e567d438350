import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { innerPorts } from '#base/names.ts';
import { WARDEN_TOKEN_FILE } from './api.ts';

/** No other test has it; a warden listens on its pod's address alone. */
const ADDRESS = '127.93.7.11';

async function ask(root: string, ...args: readonly string[]) {
  const env = { ...process.env, POD_IP: ADDRESS, FAULTFLIX_ROOT: root };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'ask.ts'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  const [stdout, stderr, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { stdout, stderr, exitCode };
}

test('the warden of the pod is asked with the mounted token; one that is not there is no answer', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'faultflix-ask-'));
  t.after(() => rm(root, { recursive: true }));
  await mkdir(dirname(join(root, WARDEN_TOKEN_FILE)), { recursive: true });
  await writeFile(join(root, WARDEN_TOKEN_FILE), 'secret\n');
  const asked: unknown[] = [];
  const server = createServer(({ method, url, headers }, response) => {
    asked.push([method, url, headers.authorization]);
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"no such toxic"}');
  });
  server.listen(innerPorts.warden, ADDRESS);
  await once(server, 'listening');
  const { stdout, exitCode } = await ask(root, 'DELETE', '/v1/toxics/u/p%20q/ff.1');
  assert.deepEqual(asked, [['DELETE', '/v1/toxics/u/p%20q/ff.1', 'Bearer secret']]);
  assert.deepEqual(JSON.parse(stdout), { status: 404, body: { error: 'no such toxic' } });
  assert.equal(exitCode, 0);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));

  const nobody = await ask(root, 'GET', '/v1/toxics');
  assert.equal(nobody.exitCode, 3);
  assert.equal(nobody.stdout, '');
  assert.match(nobody.stderr, /ECONNREFUSED/);
});
