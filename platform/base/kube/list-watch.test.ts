import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { selfSigned } from '#test/support/self-signed.ts';
import { KubeHttp } from './http.ts';
import { type KubeObject, listWatch } from './list-watch.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => void;
let handler: Handler;
let http: KubeHttp;
const certificate = await selfSigned('127.0.0.1');
const server = createTlsServer({ cert: certificate.cert, key: certificate.key }, (request, response) =>
  handler(request, response, new URL(request.url!, 'https://x')),
);

before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  http = new KubeHttp({ server: `https://127.0.0.1:${port}`, ca: certificate.cert, token: () => 'secret' });
});
after(() => {
  http.close();
  server.closeAllConnections();
  server.close();
});

const pod = (name: string, version: number): KubeObject => ({
  metadata: { name, uid: `uid-${name}`, resourceVersion: String(version) },
});
const list = (version: number, ...names: string[]) =>
  JSON.stringify({ metadata: { resourceVersion: String(version) }, items: names.map((name) => pod(name, version)) });
const line = (type: string, object: unknown) => `${JSON.stringify({ type, object })}\n`;

/** Runs a listWatch until `enough` says so of all that was observed. */
async function observe(enough: (seen: string[]) => boolean): Promise<string[]> {
  const seen: string[] = [];
  const controller = new AbortController();
  const note = (text: string) => {
    seen.push(text);
    if (enough(seen)) controller.abort();
  };
  await listWatch({
    http,
    path: '/api/v1/pods',
    signal: controller.signal,
    clock: { now: () => 0, sleep: async () => undefined },
    onList: (items) => note(`list ${items.map((item) => item.metadata.name).join(',')}`),
    onEvent: (type, object) => note(`${type} ${object.metadata.name}`),
    onTrouble: () => note('trouble'),
  });
  return seen;
}

test('a watch that ends is resumed from the last version seen, bookmarks included, without a new list', async () => {
  const from: (string | null)[] = [];
  handler = (_request, response, url) => {
    if (!url.searchParams.has('watch')) return response.end(list(5, 'a'));
    from.push(url.searchParams.get('resourceVersion'));
    if (from.length === 1) return response.end(line('ADDED', pod('b', 6)) + line('BOOKMARK', pod('', 9)));
    response.end(line('DELETED', pod('a', 10)));
  };
  const seen = await observe((events) => events.includes('DELETED a'));
  assert.deepEqual(seen, ['list a', 'ADDED b', 'DELETED a']);
  assert.deepEqual(from, ['5', '9']);
});

test('410 Gone, as a status and as an event, leads to a new list', async () => {
  let lists = 0;
  handler = (_request, response, url) => {
    if (!url.searchParams.has('watch')) return response.end(list(5 + lists, `l${lists++}`));
    if (lists === 1) return response.end(line('ERROR', { code: 410, reason: 'Expired', message: 'too old' }));
    response.writeHead(410).end(JSON.stringify({ reason: 'Expired', message: 'too old' }));
  };
  const seen = await observe((events) => events.filter((event) => event.startsWith('list')).length === 3);
  assert.deepEqual(seen, ['list l0', 'trouble', 'list l1', 'trouble', 'list l2']);
});

test('a connection cut in the middle of a line loses nothing: the watch goes on from the last whole event', async () => {
  const from: (string | null)[] = [];
  handler = (_request, response, url) => {
    if (!url.searchParams.has('watch')) return response.end(list(1));
    from.push(url.searchParams.get('resourceVersion'));
    if (from.length > 1) return response.end(line('ADDED', pod('c', 3)));
    response.write(line('ADDED', pod('b', 2)) + line('ADDED', pod('c', 3)).slice(0, 20), () =>
      setImmediate(() => response.destroy()),
    );
  };
  const seen = await observe((events) => events.includes('ADDED c'));
  assert.deepEqual(
    seen.filter((event) => event !== 'trouble'),
    ['list ', 'ADDED b', 'ADDED c'],
  );
  assert.deepEqual(from, ['1', '2']);
});

test('an error of the consumer ends the watch loudly, since it is no longer up to date', async () => {
  handler = (_request, response, url) => {
    if (!url.searchParams.has('watch')) return response.end(list(1, 'a'));
  };
  const controller = new AbortController();
  const running = listWatch({
    http,
    path: '/x',
    signal: controller.signal,
    onList: () => {
      throw new Error('consumer broke');
    },
    onEvent: () => undefined,
  });
  await assert.rejects(running, /consumer broke/);
});

test('an API server that is away is asked again; what it refuses is reported with status and reason', async () => {
  const gone = createServer();
  gone.listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address() as AddressInfo;
  gone.close();
  const dead = new KubeHttp({ server: `https://127.0.0.1:${port}`, ca: certificate.cert });
  await assert.rejects(dead.json({ path: '/x' }), { code: 'unavailable', where: 'GET /x' });

  handler = (request, response) =>
    response
      .writeHead(403)
      .end(JSON.stringify({ reason: 'Forbidden', message: `no, ${request.headers.authorization}` }));
  await assert.rejects(http.json({ path: '/y' }), { code: 'forbidden', message: 'no, Bearer secret', status: 403 });
});

test('aborting ends an idle watch at once', async () => {
  const events = new EventEmitter();
  handler = (_request, response, url) => {
    if (!url.searchParams.has('watch')) return response.end(list(1, 'a'));
    response.flushHeaders();
    events.emit('watching');
  };
  const controller = new AbortController();
  const watching = once(events, 'watching');
  const running = listWatch({
    http,
    path: '/x',
    signal: controller.signal,
    onList: () => undefined,
    onEvent: () => undefined,
  });
  await watching;
  controller.abort();
  await running;
});

test('a server that ends every watch at once is asked with a growing pause, not in a tight loop', async () => {
  handler = (_request, response, url) => response.end(url.searchParams.has('watch') ? '' : list(1, 'a'));
  const pauses: number[] = [];
  const controller = new AbortController();
  await listWatch({
    http,
    path: '/x',
    signal: controller.signal,
    clock: { now: () => 0, sleep: async () => undefined },
    onList: () => undefined,
    onEvent: () => undefined,
    onTrouble: (_message, retryInMs) => {
      pauses.push(retryInMs);
      if (pauses.length === 4) controller.abort();
    },
  });
  assert.deepEqual(pauses, [100, 200, 400, 800]);
});
