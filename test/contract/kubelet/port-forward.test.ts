import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { testCluster } from './support/cluster.ts';
import { forward, readAll } from './support/forward.ts';
import type { Space } from './support/space.ts';

const cluster = testCluster();
const PORT = 18_080;

/** A pod that listens at PORT and says so. */
async function listening(space: Space, onConnection: string): Promise<void> {
  const script = `require('node:net').createServer({ allowHalfOpen: true }, (socket) => { socket.on('error', () => {}); ${onConnection} }).listen(${PORT}, HOST, () => console.log('listening'))`;
  await space.create({ containers: [space.node(script)] });
  await space.logUntil('pod', /listening/);
}
const ECHO = 'socket.pipe(socket)';

describe('port-forward', { concurrency: 3 }, () => {
  it('carries several connections at once, each by itself', async (t) => {
    const space = await (await cluster).space(t);
    await listening(space, ECHO);
    const { open } = await forward(space, { pod: 'pod', port: PORT }, t);
    const sockets = Array.from({ length: 8 }, open);
    const heard = sockets.map(
      (socket, index) =>
        new Promise<string>((resolve) => {
          let text = '';
          socket.setEncoding('utf8').on('data', (chunk) => {
            text += chunk;
            if (text.length >= `hello ${index}`.length) resolve(text);
          });
        }),
    );
    // The last that was opened speaks first: none waits for another.
    for (const [index, socket] of [...sockets.entries()].reverse()) socket.write(`hello ${index}`);
    assert.deepEqual(
      await Promise.all(heard),
      sockets.map((_, index) => `hello ${index}`),
    );
  });

  it('carries megabytes, there and back', async (t) => {
    const space = await (await cluster).space(t);
    await listening(space, ECHO);
    const { open } = await forward(space, { pod: 'pod', port: PORT }, t);
    const content = randomBytes(4 * 1024 * 1024);
    const socket = open();
    socket.write(content);
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of socket) {
      hash.update(chunk);
      bytes += chunk.length;
      if (bytes >= content.length) break;
    }
    assert.deepEqual([bytes, hash.digest('hex')], [content.length, createHash('sha256').update(content).digest('hex')]);
  });

  it('hands on the end of what the pod says', async (t) => {
    const space = await (await cluster).space(t);
    await listening(space, `socket.once('data', (chunk) => socket.end('heard ' + chunk))`);
    const { open } = await forward(space, { pod: 'pod', port: PORT }, t);
    for (const word of ['one', 'two']) {
      const socket = open();
      socket.write(word);
      assert.equal(await readAll(socket), `heard ${word}`);
      socket.destroy();
    }
  });

  it('tells of a port that nobody listens at', async (t) => {
    const space = await (await cluster).space(t);
    await listening(space, ECHO);
    const { open, said } = await forward(space, { pod: 'pod', port: PORT + 1 }, t);
    const socket = open();
    socket.on('error', () => undefined); // reset or ended: either tells that there is nobody
    socket.write('anybody?');
    await said(new RegExp(`error forwarding port ${PORT + 1} to pod .*connection refused`));
  });

  it('refuses a pod that does not run', async (t) => {
    const space = await (await cluster).space(t);
    await space.run('true');
    const { code, stderr } = await space.cluster.kubectl(['-n', space.name, 'port-forward', 'pod/pod', `:${PORT}`]);
    assert.equal(code, 1);
    assert.match(stderr, /pod is not running. Current status=Succeeded/);
  });

  it('speaks SPDY without a WebSocket, as older clients do', async (t) => {
    const space = await (await cluster).space(t);
    await listening(space, ECHO);
    const env = { KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' };
    const { open } = await forward(space, { pod: 'pod', port: PORT, env }, t);
    const socket = open();
    socket.write('hello');
    const chunk = await new Promise((resolve) => socket.once('data', resolve));
    assert.equal(String(chunk), 'hello');
  });
});
