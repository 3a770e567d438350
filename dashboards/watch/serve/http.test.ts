import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as plainRequest } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { selfSigned } from '#test/support/self-signed.ts';
import { serveWatch, type WatchServer } from './http.ts';

describe('the viewer’s page’s server', () => {
  let upstream: Server;
  let address = '';
  let routers: string[] = [];
  let watch: WatchServer;
  const seen: { method: string; url: string; headers: Record<string, unknown>; body: string }[] = [];

  before(async () => {
    const { key, cert } = await selfSigned('127.0.0.1');
    upstream = createServer({ key, cert }, async (request, response) => {
      const { method, url, headers } = request;
      seen.push({ method: method!, url: url!, headers, body: await text(request) });
      if (url === '/v1/t/x/broken') {
        response.writeHead(200, { 'content-length': 10 }).write('half');
        setImmediate(() => response.destroy());
        return;
      }
      response.writeHead(url === '/v1/gone' ? 410 : 200, {
        'x-trace-id': 'abc',
        'set-cookie': ['a=1', 'b=2'],
        connection: 'close',
      });
      response.end(`answer to ${url}`);
    });
    upstream.listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    address = `127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    routers = [address];
    watch = await serveWatch({
      page: new Map([['/index.html', { type: 'text/html', bytes: Buffer.from('<html>') }]]),
      pods: { routers: () => routers, isEdge: (edge) => edge === address },
      ca: cert,
      home: 'us-west-2',
      port: 0,
    });
  });
  after(async () => {
    await watch.close();
    upstream.closeAllConnections();
    upstream.close();
  });
  const ask = (path: string, init?: RequestInit) => fetch(new URL(path, watch.url), init);

  it('serves the page under a policy that lets nothing in from elsewhere, and says where home is', async () => {
    for (const path of ['/', '/callback?code=x']) {
      const answer = await ask(path);
      assert.equal(await answer.text(), '<html>');
      assert.match(answer.headers.get('content-security-policy')!, /default-src 'self'/);
      assert.match(answer.headers.get('set-cookie')!, /faultflix-home=us-west-2/);
    }
    assert.equal((await ask('/other')).status, 404);
  });

  it('passes requests to a router as they are, and answers as they come', async () => {
    const body = JSON.stringify({ device: 'd' });
    const answer = await ask('/v1/session?x=1', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-host': 'evil' },
      body,
    });
    assert.equal(await answer.text(), 'answer to /v1/session?x=1');
    assert.equal(answer.headers.get('x-trace-id'), 'abc');
    assert.deepEqual(answer.headers.getSetCookie(), ['a=1', 'b=2']);
    const told = seen.at(-1)!;
    assert.deepEqual([told.method, told.body], ['POST', body]);
    assert.equal(told.headers['x-forwarded-host'], new URL(watch.url).host);
    assert.equal((await ask('/v1/gone')).status, 410);
  });

  it('asks another router when one is gone, and says so when all are', async () => {
    const gone = createTcpServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const dead = `127.0.0.1:${(gone.address() as AddressInfo).port}`;
    gone.close();
    await once(gone, 'close');
    routers = [dead, address];
    // Twice, since they are asked in turn.
    for (let n = 0; n < 2; n++) assert.equal((await ask('/v1/play', { method: 'POST', body: '{}' })).status, 200);
    for (const none of [[dead], []]) {
      routers = none;
      assert.equal((await ask('/v1/browse')).status, 503);
    }
    routers = [address];
  });

  it('reaches edges of the cluster, and nothing else', async () => {
    assert.equal(await (await ask(`/edge/${address}/v1/t/x/a.m4s`)).text(), 'answer to /v1/t/x/a.m4s');
    const before = seen.length;
    for (const path of ['/edge/127.0.0.1:1/v1/x', '/edge/example.test/v1/x', `/edge/${address}%2f..%2fx/v1`])
      assert.equal((await ask(path)).status, 404, path);
    assert.equal(seen.length, before);
  });

  it('tells by the connection’s end that a segment broke off', async () => {
    const answer = await ask(`/edge/${address}/v1/t/x/broken`);
    await assert.rejects(answer.arrayBuffer());
  });

  it('answers to its own names only', async () => {
    const { hostname, port } = new URL(watch.url);
    const status = await new Promise((resolve, reject) => {
      plainRequest({ hostname, port, path: '/', headers: { host: 'rebound.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    assert.equal(status, 403);
  });
});
