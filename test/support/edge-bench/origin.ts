/**
 * What both servers of test/bench/edge.ts fill from: any file of `/v1/o/bytes-<n>/…` has n bytes, over TLS, out of memory.
 * Arguments: certificate, key. Prints the port; ends when its stdin does.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { reprDigest, sha256 } from '#contracts/media-file.ts';

const [cert, key] = process.argv.slice(2);
const contents = new Map<number, { readonly bytes: Buffer; readonly headers: Record<string, string | number> }>();

const contentOf = (size: number) => {
  const bytes = Buffer.alloc(size, 'a film of many letters ');
  return { bytes, headers: { 'content-length': size, 'repr-digest': reprDigest(sha256(bytes)) } };
};

const server = createServer({ cert: readFileSync(cert!), key: readFileSync(key!), minVersion: 'TLSv1.3' });
server.on('request', (request, response) => {
  const size = Number(/^\/v1\/o\/bytes-(\d+)\//.exec(request.url ?? '')?.[1] ?? 0);
  if (!contents.has(size)) contents.set(size, contentOf(size));
  const { bytes, headers } = contents.get(size)!;
  response.writeHead(200, headers).end(bytes);
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
process.stdin.resume().on('end', () => {
  server.close();
  server.closeAllConnections();
});
