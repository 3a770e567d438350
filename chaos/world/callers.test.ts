import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { SocketCallers } from './callers.ts';

const WAIT_MS = 300;
const target = { uid: 'u', ip: '127.0.0.1' };

function callersAt(t: TestContext, host: string, port: number): SocketCallers {
  const callers = new SocketCallers({ tls: () => ({}), hostOf: () => host, portOf: () => port });
  t.after(() => callers.release([target.uid]));
  return callers;
}

async function listening(t: TestContext) {
  const server = createServer((socket) => socket.on('error', () => undefined));
  t.after(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

test('an address that refuses has no process', async (t) => {
  const { server, port } = await listening(t);
  server.close();
  await once(server, 'close');
  assert.equal(await callersAt(t, '127.0.0.1', port).severed(target, WAIT_MS), true);
});

test('known bad: a process that answers is there', async (t) => {
  const { port } = await listening(t);
  assert.equal(await callersAt(t, '127.0.0.1', port).severed(target, WAIT_MS), false);
});

test('known bad: a network that cannot be used says nothing about the process', async (t) => {
  // The kernel refuses a TCP connection to the broadcast address by itself: no packet leaves.
  assert.equal(await callersAt(t, '255.255.255.255', 19_100).severed(target, WAIT_MS), false);
});
