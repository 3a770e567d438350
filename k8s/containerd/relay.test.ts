import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { relay } from './relay.ts';

async function chain(t: TestContext, target: number) {
  const folder = mkdtempSync(join(tmpdir(), 'relay-'));
  const path = join(folder, 'socket');
  const inner = await relay({ path }, { host: '127.0.0.1', port: target });
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  const outer = await relay({ host: '127.0.0.1', port }, { path });
  t.after(async () => {
    await Promise.all([outer.close(), inner.close()]);
    rmSync(folder, { recursive: true });
  });
  return port;
}

test('bytes pass both ways, and an end on one side leaves the other open', async (t) => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let bytes = 0;
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    socket.on('end', () => socket.end(`you said ${bytes}`));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const port = await chain(t, (server.address() as AddressInfo).port);
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.end('x'.repeat(1_000_000));
  assert.equal(await text(socket), 'you said 1000000');
});

test('a broken connection breaks on the other side too', async (t) => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.resetAndDestroy();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const port = await chain(t, (server.address() as AddressInfo).port);
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {}); // however it breaks
  socket.resume();
  await once(socket, 'close');
});

test('nobody at the far end: the near end is closed, and the relay goes on', async (t) => {
  const port = await chain(t, 1); // tcpmux: nobody's
  for (let n = 0; n < 2; n++) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    await once(socket, 'close');
  }
});
