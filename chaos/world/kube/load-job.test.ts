import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { systemClock } from '#base/clock.ts';
import { KubeHttp } from '#base/kube/http.ts';
import { selfSigned } from '#test/support/self-signed.ts';
import { LoadJob } from './load-job.ts';

interface Answers {
  /** Phase of the pod at each look; the last one stays. */
  readonly phases: readonly string[];
  readonly log: string;
}

async function linesOf({ phases, log }: Answers): Promise<{ lines: string[]; reads: number }> {
  const { cert, key } = await selfSigned('127.0.0.1');
  let looks = 0;
  let reads = 0;
  const server = createServer({ cert, key }, (request, response) => {
    if (request.url?.includes('/log')) {
      reads++;
      return response.end(log);
    }
    const phase = phases[Math.min(looks++, phases.length - 1)];
    response.end(JSON.stringify({ status: { phase } }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const http = new KubeHttp({ server: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, ca: cert });
  const clock = { ...systemClock, sleep: async () => undefined };
  const job = new LoadJob({ http, clock, namespace: 'chaos', owner: { name: 'x', uid: 'x' } });
  const lines: string[] = [];
  try {
    for await (const line of job.lines('load-x', AbortSignal.timeout(10_000))) lines.push(line);
  } finally {
    http.close();
    server.closeAllConnections();
    server.close();
  }
  return { lines, reads };
}

test('a load that ended with an error and no end line is over, however much it said', async () => {
  const { lines, reads } = await linesOf({ phases: ['Failed'], log: 'error no such script\n  where x\n' });
  assert.deepEqual(lines, ['error no such script', '  where x']);
  assert.equal(reads, 1);
});

test('the log of a load that ended while it was read is read once more, so that no last line is missed', async () => {
  const { reads } = await linesOf({ phases: ['Running', 'Failed'], log: 'a\n' });
  assert.equal(reads, 2);
});

test('the end line ends it, whatever the pod is said to be', async () => {
  const { lines } = await linesOf({ phases: ['Running'], log: '{"type":"end","atMs":1,"exitCode":0}\n' });
  assert.equal(lines.length, 1);
});
