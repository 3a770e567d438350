import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { type WebSocket, WebSocketServer } from 'ws';
import { selfSigned } from '#test/support/self-signed.ts';
import { execOver } from './exec.ts';
import { wardensOf } from './wardens.ts';

type Talk = (socket: WebSocket, command: readonly string[]) => void;
const say = (socket: WebSocket, channel: number, text: string) =>
  socket.send(Buffer.concat([Buffer.of(channel), Buffer.from(text)]));
const end = (socket: WebSocket, status: object) => {
  say(socket, 3, JSON.stringify(status));
  socket.close();
};

/** An API server that takes execs; `refuse`: none of them. */
async function withServer<T>(
  talk: Talk | 'refuse',
  work: (exec: ReturnType<typeof execOver>) => Promise<T>,
): Promise<T> {
  const { cert, key } = await selfSigned('127.0.0.1');
  const upgrades = new WebSocketServer({ noServer: true, handleProtocols: (offered) => [...offered][0] ?? false });
  const server = createServer({ cert, key }).on('upgrade', (request, socket, head) => {
    assert.equal(request.headers.authorization, 'Bearer t');
    if (talk === 'refuse') return void socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 9\r\n\r\nforbidden');
    const url = new URL(request.url!, 'https://api');
    assert.equal(url.pathname, '/prefix/api/v1/namespaces/chaos/pods/p/exec');
    upgrades.handleUpgrade(request, socket, head, (client) => talk(client, url.searchParams.getAll('command')));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}/prefix/`;
  try {
    return await work(execOver({ server: address, ca: cert, token: () => 't' }));
  } finally {
    for (const client of upgrades.clients) client.terminate();
    server.close();
  }
}

const asked = { namespace: 'chaos', pod: 'p', container: 'c', command: ['node', 'x y'], timeoutMs: 10_000 };

describe('exec', () => {
  it('gives what the command said, in whatever pieces it came', () =>
    withServer(
      (socket, command) => {
        assert.deepEqual(command, asked.command);
        for (const piece of ['a', '', 'b']) say(socket, 1, piece);
        say(socket, 2, 'a warning');
        end(socket, { status: 'Success' });
      },
      async (exec) => assert.equal(await exec(asked), 'ab'),
    ));

  it('fails with the exit code and stderr of the command', () =>
    withServer(
      (socket) => {
        say(socket, 2, 'no token');
        end(socket, { status: 'Failure', message: 'command terminated with exit code 3' });
      },
      (exec) =>
        assert.rejects(exec(asked), {
          code: 'could-not-run',
          received: 'command terminated with exit code 3: no token',
        }),
    ));

  it('fails when the API refuses, with what it said', () =>
    withServer('refuse', (exec) =>
      assert.rejects(exec(asked), { code: 'unavailable', received: 'HTTP 403 forbidden' }),
    ));

  it('fails when the connection ends before the command did: half an answer is none', () =>
    withServer(
      (socket) => {
        say(socket, 1, 'half');
        socket.terminate();
      },
      (exec) => assert.rejects(exec(asked), { code: 'unavailable' }),
    ));

  it('fails when the command takes too long', () =>
    withServer(
      () => undefined,
      (exec) => assert.rejects(exec({ ...asked, timeoutMs: 300 }), { code: 'deadline-exceeded' }),
    ));
});

describe('wardens', () => {
  const pod = {
    metadata: { name: 'p' },
    spec: { nodeName: 'n', containers: [{ name: 'w', ports: [{ containerPort: 9440 }] }] },
  };
  const of = (items: readonly unknown[], answer: unknown, calls: (readonly string[])[] = []) =>
    wardensOf({
      http: { json: async () => ({ items }) } as never,
      exec: async ({ container, command }) => {
        calls.push([container, ...command]);
        return JSON.stringify(answer);
      },
    });

  it('are asked in their own containers', async () => {
    const calls: (readonly string[])[] = [];
    const [warden] = await of([pod], { status: 200, body: { node: 'n', pods: [] } }, calls);
    assert.deepEqual(await warden!.toxics(), { toxics: [], unknown: [] });
    await warden!.remove({ podUid: 'u', pod: 'a/b', proxy: 'p q', name: 'ff.1' });
    assert.deepEqual(calls, [
      ['w', 'node', 'chaos/warden/ask.ts', 'GET', '/v1/toxics'],
      ['w', 'node', 'chaos/warden/ask.ts', 'DELETE', '/v1/toxics/u/p%20q/ff.1'],
    ]);
  });

  it('that refuse are not taken for clean', async () => {
    const [warden] = await of([pod], { status: 401, body: {} });
    await assert.rejects(warden!.toxics(), { code: 'unavailable', received: 'HTTP 401 {}' });
  });

  it('must be there', () =>
    assert.rejects(of([{ ...pod, spec: { containers: [{ name: 'x' }] } }], {}), { code: 'could-not-run' }));
});
