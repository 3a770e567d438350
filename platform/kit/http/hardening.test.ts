/** What strangers may send: spoken byte by byte to the real server. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { answerIn, openRawDoor, untilEnd } from '../testing/raw-door.ts';
import type { HttpLimits } from './limits.ts';

async function door(t: TestContext, limits: Partial<HttpLimits> = {}) {
  const seen: string[] = [];
  const cutOff = Promise.withResolvers<void>();
  const opened = await openRawDoor(
    t,
    (app) => {
      app.addHook('onRequest', async ({ method, url }) => void seen.push(`${method} ${url}`));
      app.get('/', async () => ({ ok: true }));
      app.get('/things/:id', async ({ params }) => params);
      app.post('/echo', async ({ body }) => ({ body }));
      app.get('/large', async (_request, reply) => {
        reply.raw.once('close', () => cutOff.resolve());
        return Buffer.alloc(32 * 1_024 * 1_024);
      });
      app.get('/bug', async () => {
        throw new TypeError('the password is swordfish');
      });
    },
    limits,
  );
  return { ...opened, seen, gone: cutOff.promise };
}

const get = (path: string, ...headers: string[]) =>
  `${[`GET ${path} HTTP/1.1`, 'host: x', 'connection: close', ...headers].join('\r\n')}\r\n\r\n`;
const post = (body: string | Buffer, ...headers: string[]) => {
  const bytes = Buffer.from(body);
  const head = ['POST /echo HTTP/1.1', 'host: x', 'connection: close', `content-length: ${bytes.length}`, ...headers];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), bytes]);
};
const json = 'content-type: application/json';

describe('the parser is strict', () => {
  const smuggled = 'GET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n';
  const cases: Readonly<Record<string, string>> = {
    'content-length and transfer-encoding': `POST /echo HTTP/1.1\r\nhost: x\r\n${json}\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'transfer-encoding, then content-length': `POST /echo HTTP/1.1\r\nhost: x\r\n${json}\r\ntransfer-encoding: chunked\r\ncontent-length: 6\r\n\r\n0\r\n\r\n${smuggled}`,
    'two lengths': `POST /echo HTTP/1.1\r\nhost: x\r\n${json}\r\ncontent-length: 2\r\ncontent-length: 40\r\n\r\n{}${smuggled}`,
    'a list of lengths': `POST /echo HTTP/1.1\r\nhost: x\r\n${json}\r\ncontent-length: 2, 2\r\n\r\n{}${smuggled}`,
    'a signed length': `POST /echo HTTP/1.1\r\nhost: x\r\n${json}\r\ncontent-length: +2\r\n\r\n{}${smuggled}`,
    'chunked, but not at last': `POST /echo HTTP/1.1\r\nhost: x\r\n${json}\r\ntransfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`,
    'an unknown transfer-encoding': `POST /echo HTTP/1.1\r\nhost: x\r\n${json}\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'a space before the colon': `POST /echo HTTP/1.1\r\nhost: x\r\n${json}\r\ntransfer-encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'lines that end in a bare LF': `GET / HTTP/1.1\nhost: x\n\n${smuggled}`,
    'a header that ends in a bare LF': `GET / HTTP/1.1\r\nhost: x\nx-a: b\r\n\r\n${smuggled}`,
    'a bare CR in a header': `GET / HTTP/1.1\r\nhost: x\r\nx-a: b\rx-c: d\r\n\r\n${smuggled}`,
    'a folded header': `GET / HTTP/1.1\r\nhost: x\r\nx-a: b\r\n c\r\n\r\n${smuggled}`,
    'a NUL in a header': `GET / HTTP/1.1\r\nhost: x\r\nx-a: b\0c\r\n\r\n${smuggled}`,
    'no host': `GET / HTTP/1.1\r\n\r\n`,
    'a chunk whose size is no number': `POST /echo HTTP/1.1\r\nhost: x\r\n${json}\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n${smuggled}`,
    'a chunk that ends in a bare LF': `POST /echo HTTP/1.1\r\nhost: x\r\n${json}\r\ntransfer-encoding: chunked\r\n\r\n2\n{}\n0\n\n${smuggled}`,
    'no HTTP': 'hello\r\n\r\n',
    'another HTTP': 'GET / HTTP/3.7\r\nhost: x\r\n\r\n',
  };
  for (const [name, bytes] of Object.entries(cases))
    it(`refuses ${name}, and what is behind it is no request`, async (t) => {
      const { say, seen } = await door(t);
      const { status, head } = answerIn(await say(bytes));
      assert.equal(status, 400);
      assert.match(head, /connection: close/i);
      assert.deepEqual(
        seen.filter((request) => request.includes('smuggled')),
        [],
      );
    });

  it('answers what it refuses as a problem, and well-formed requests as ever', async (t) => {
    const { say, seen } = await door(t);
    const { head, body } = answerIn(await say(cases['a folded header']!));
    assert.match(head, /content-type: application\/problem\+json/);
    assert.equal((JSON.parse(body) as { code: string }).code, 'bad-input');
    assert.equal(answerIn(await say(get('/'))).status, 200);
    assert.deepEqual(seen, ['GET /']);
  });
});

describe('slow and large', () => {
  it('ends a connection that says nothing', async (t) => {
    const { connect } = await door(t, { headersMs: 100, checkMs: 20 });
    const socket = await connect();
    await once(socket.resume(), 'close');
  });

  it('ends headers that do not end', async (t) => {
    const { connect } = await door(t, { headersMs: 100, checkMs: 20 });
    const socket = await connect();
    const answer = untilEnd(socket);
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n');
    const drip = setInterval(() => socket.write('x-a: b\r\n'), 20);
    t.after(() => clearInterval(drip));
    const { status, body } = answerIn(await answer);
    assert.deepEqual([status, (JSON.parse(body) as { code: string }).code], [408, 'too-slow']);
  });

  it('ends a body that does not end', async (t) => {
    const { connect } = await door(t, { headersMs: 100, requestMs: 200, checkMs: 20 });
    const socket = await connect();
    const answer = untilEnd(socket);
    socket.write(`POST /echo HTTP/1.1\r\nhost: x\r\n${json}\r\ncontent-length: 1000\r\n\r\n`);
    const drip = setInterval(() => socket.write(' '), 20);
    t.after(() => clearInterval(drip));
    assert.equal(answerIn(await answer).status, 408);
  });

  it('ends who never shakes hands', async (t) => {
    const { port } = await door(t, { handshakeMs: 100 });
    const mute = connectTcp({ host: '127.0.0.1', port });
    mute.on('error', () => undefined).resume();
    t.after(() => mute.destroy());
    await once(mute, 'close');
  });

  it('ends who never reads', async (t) => {
    const { connect, gone } = await door(t, { silenceMs: 200 });
    const reader = await connect();
    reader.pause();
    reader.write(get('/large'));
    await gone;
    reader.resume();
    await once(reader, 'close');
    assert(reader.bytesRead < 32 * 1_024 * 1_024, 'the answer was cut off');
  });

  it('refuses larger headers, more of them, and larger bodies than it reads', async (t) => {
    const { say } = await door(t, { bodyBytes: 1_000 });
    const codeOf = (text: string) => {
      const { status, body } = answerIn(text);
      return [status, (JSON.parse(body) as { code: string }).code];
    };
    assert.deepEqual(codeOf(await say(get('/', `x-a: ${'a'.repeat(17_000)}`))), [431, 'headers-too-large']);
    assert.deepEqual(codeOf(await say(get(`/${'a'.repeat(17_000)}`))), [431, 'headers-too-large']);
    assert.deepEqual(codeOf(await say(post('"'.padEnd(1_001, 'a'), json))), [413, 'too-large']);
    const chunks = `POST /echo HTTP/1.1\r\nhost: x\r\n${json}\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n`;
    const chunk = `1f4\r\n${'a'.repeat(500)}\r\n`;
    assert.deepEqual(codeOf(await say(`${chunks}${chunk}${chunk}${chunk}0\r\n\r\n`)), [413, 'too-large']);
  });

  it('closes one connection more than it takes, and takes it again later', async (t) => {
    const { connect, say, port } = await door(t, { connections: 2 });
    const [one] = [await connect(), await connect()];
    const third = connectTcp({ host: '127.0.0.1', port });
    third.on('error', () => undefined).resume();
    await once(third, 'close');
    one.destroy();
    await once(one, 'close');
    // The server hears of the end a moment later, which it tells nobody.
    for (let i = 0; i < 100; i++) if (answerIn(await say(get('/')).catch(() => '')).status === 200) return;
    assert.fail('no connection is taken again');
  });

  it('speaks nothing older than TLS 1.3', async (t) => {
    const { port } = await door(t);
    const socket = connectTls({ host: '127.0.0.1', port, maxVersion: 'TLSv1.2', rejectUnauthorized: false });
    const [error] = (await once(socket, 'error')) as [Error & { code: string }];
    assert.match(error.code, /PROTOCOL_VERSION|ECONNRESET/);
  });
});

describe('bodies and paths', () => {
  const cases: ReadonlyArray<[name: string, bytes: string | Buffer, status: number, code: string]> = [
    ['a text', post('{}', 'content-type: text/plain'), 415, 'unsupported-media-type'],
    ['a form', post('a=b', 'content-type: application/x-www-form-urlencoded'), 415, 'unsupported-media-type'],
    ['a body of no type', post('{}'), 415, 'unsupported-media-type'],
    ['a type that is none', post('{}', 'content-type: /;;,'), 415, 'unsupported-media-type'],
    ['a compressed body', post('{}', json, 'content-encoding: gzip'), 415, 'unsupported-media-type'],
    ['half a JSON', post('{"a":', json), 400, 'bad-input'],
    ['bytes that are no UTF-8', post(Buffer.from([0x22, 0xc3, 0x28, 0x22]), json), 400, 'bad-input'],
    ['a poisoned prototype', post('{"__proto__":{"a":1}}', json), 400, 'bad-input'],
    ['a poisoned constructor', post('{"constructor":{"prototype":{"a":1}}}', json), 400, 'bad-input'],
    ['an escape that is none', get('/things/%zz'), 400, 'bad-input'],
    ['an escape that is no UTF-8', get('/things/%c3%28'), 400, 'bad-input'],
    ['an unknown path', get('/nowhere'), 404, 'not-found'],
    [
      'a known path by another method',
      'DELETE /echo HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      405,
      'method-not-allowed',
    ],
  ];
  for (const [name, bytes, status, code] of cases)
    it(`${name}: ${status} ${code}, as a problem`, async (t) => {
      const { say } = await door(t);
      const answer = answerIn(await say(bytes));
      const problem = JSON.parse(answer.body) as { status: number; code: string; type: string };
      assert.deepEqual([answer.status, problem.status, problem.code], [status, status, code]);
      assert.equal(problem.type, `https://faultflix.test/problems/${code}`);
      assert.match(answer.head, /content-type: application\/problem\+json/i);
      if (status === 405) assert.match(answer.head, /allow: POST/i);
    });

  it('reads JSON as it is, and no body as none', async (t) => {
    const { say } = await door(t);
    assert.equal(answerIn(await say(post('{"a":"ä 🎬"}', json))).status, 200);
    assert.equal(answerIn(await say(post('', json))).body, '{}');
  });

  it('keeps what it did not foresee for the log', async (t) => {
    const { say } = await door(t);
    const answer = answerIn(await say(get('/bug')));
    assert.equal(answer.status, 500);
    assert(!answer.body.includes('swordfish'), answer.body);
    assert.match((JSON.parse(answer.body) as { trace: string }).trace, /^[0-9a-f]{32}$/);
  });
});
