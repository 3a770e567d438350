import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { after, before, test } from 'node:test';
import { emptyState } from '../feed/state.ts';
import type { Message } from '../feed/wire.ts';
import { type CockpitServer, serveCockpit } from './http.ts';

const state = emptyState('https://127.0.0.1:6443', 1);
const events = new EventEmitter<{ listening: []; left: [] }>();
const listeners = new Set<(message: Message) => void>();
const feed = {
  state,
  listen(listener: (message: Message) => void) {
    listeners.add(listener);
    events.emit('listening');
    return () => {
      listeners.delete(listener);
      events.emit('left');
    };
  },
};
const page = new Map([
  ['/index.html', { type: 'text/html; charset=utf-8', bytes: Buffer.from('<!doctype html>') }],
  ['/assets/x-1a2b.js', { type: 'text/javascript; charset=utf-8', bytes: Buffer.from('1') }],
]);
let server: CockpitServer;
let port: number;

before(async () => {
  server = await serveCockpit({ page, feed, port: 0 });
  port = Number(new URL(server.url).port);
});
after(() => server.close());

interface Ask {
  readonly path?: string;
  readonly method?: string;
  readonly host?: string;
}

async function ask({
  path = '/',
  method = 'GET',
  host = `127.0.0.1:${port}`,
}: Ask): Promise<IncomingMessage & { text: string }> {
  const sent = request({ host: '127.0.0.1', port, path, method, headers: { host } }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Object.assign(response, { text: Buffer.concat(chunks).toString() });
}

test('serves the page, its files and a snapshot, each with a policy that lets nothing out', async () => {
  for (const path of ['/', '/index.html?x', '/assets/x-1a2b.js', '/api/snapshot', '/nothing']) {
    const { headers, statusCode } = await ask({ path });
    assert.equal(statusCode, path === '/nothing' ? 404 : 200, path);
    assert.match(String(headers['content-security-policy']), /^default-src 'self';/);
    assert.doesNotMatch(String(headers['content-security-policy']), /unsafe|https?:|\*/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['access-control-allow-origin'], undefined);
  }
  assert.deepEqual(JSON.parse((await ask({ path: '/api/snapshot' })).text), state);
  assert.match((await ask({ path: '/assets/x-1a2b.js' })).headers['cache-control']!, /immutable/);
});

test('answers to its own names only: a name that was made to point here reads nothing', async () => {
  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', '127.0.0.1:1', `0.0.0.0:${port}`]) {
    for (const path of ['/', '/api/snapshot', '/api/events']) {
      const { statusCode, text } = await ask({ host, path });
      assert.equal(statusCode, 403, `${host} ${path}`);
      assert.doesNotMatch(text, /6443/);
    }
  }
  assert.equal((await ask({ host: `localhost:${port}` })).statusCode, 200);
});

test('changes nothing: every other method is refused, on every path', async () => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    for (const path of ['/', '/api/snapshot', '/api/events', '/api/experiments']) {
      const { statusCode } = await ask({ method, path });
      assert.ok(statusCode === 405 || statusCode === 404, `${method} ${path}: ${statusCode}`);
    }
  }
});

test('leaves its folder in no way', async () => {
  for (const path of [
    '/../package.json',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '//etc/passwd',
    '/assets/../../x',
  ]) {
    assert.ok([400, 404].includes((await ask({ path })).statusCode!), path);
  }
});

test('streams the state, then each change, and forgets a reader that went away', async () => {
  const listening = once(events, 'listening');
  const sent = request({ host: '127.0.0.1', port, path: '/api/events', headers: { host: `127.0.0.1:${port}` } }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  assert.equal(response.headers['content-type'], 'text/event-stream');
  await listening;
  const chunks = response.setEncoding('utf8')[Symbol.asyncIterator]();
  let text = ((await chunks.next()) as IteratorResult<string>).value as string;
  const change: Message = { type: 'pod-gone', nowMs: 2, uid: 'x' };
  for (const listener of listeners) listener(change);
  while (!text.includes('pod-gone')) text += ((await chunks.next()) as IteratorResult<string>).value;
  const messages = text
    .split('\n\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line.replace(/^data: /, '')) as Message);
  assert.deepEqual(messages, [{ type: 'state', state }, change]);
  const left = once(events, 'left');
  sent.destroy();
  await left;
  assert.equal(listeners.size, 0);
});

test('listens on loopback alone', async (t) => {
  const others = Object.values(networkInterfaces())
    .flat()
    .filter((each) => each && !each.internal && each.family === 'IPv4');
  if (others.length === 0) return t.skip('this machine has no other address');
  const socket = connect({ host: others[0]!.address, port });
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  assert.equal(error.code, 'ECONNREFUSED');
});

test('a port that is taken is an error with what to do', async () => {
  await assert.rejects(serveCockpit({ page, feed, port }), { code: 'conflict', todo: /--port/ });
});
