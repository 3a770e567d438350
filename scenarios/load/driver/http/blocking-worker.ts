import { workerData } from 'node:worker_threads';
import type { BlockingAnswer, BlockingJob, BlockingRequest, BlockingStart } from './blocking.ts';
import { request } from './client.ts';
import { connectionMaker } from './connections.ts';

/** The other side of `blocking.ts`: makes the requests, then wakes the thread that waits. */
const { port, done, options } = workerData as BlockingStart;
const connections = connectionMaker(options)();
const never = new AbortController().signal;
const flag = new Int32Array(done);

port.on('message', async ({ requests }: BlockingJob) => {
  port.postMessage(await Promise.all(requests.map(answer)));
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
});

async function answer({ href, redirects, ...rest }: BlockingRequest): Promise<BlockingAnswer> {
  const { url, ...exchange } = await request(connections, { ...rest, url: new URL(href), signal: never }, redirects);
  return { ...exchange, href: url.href };
}
