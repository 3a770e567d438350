import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { FaultflixError } from '#base/errors.ts';
import type { Rng } from '#base/rng.ts';

const LOWEST = 20_000;
const ATTEMPTS = 1_000;

/**
 * Free TCP ports on 127.0.0.1, all different, below the range from which the kernel gives ports to outgoing
 * connections: a server that is killed finds its port free again when it comes back.
 */
export async function freePorts(count: number, rng: Rng): Promise<number[]> {
  const highest = firstEphemeralPort() - 1;
  const held = new Map<number, Server>();
  try {
    for (let attempt = 0; held.size < count && attempt < ATTEMPTS; attempt++) {
      const port = LOWEST + Math.floor(rng.next() * (highest - LOWEST));
      if (held.has(port)) continue;
      const server = await hold(port);
      if (server) held.set(port, server);
    }
  } finally {
    await Promise.all([...held.values()].map((server) => new Promise((resolve) => server.close(resolve))));
  }
  if (held.size < count) {
    throw new FaultflixError('could-not-run', 'no free ports on 127.0.0.1', {
      expected: `${count} free TCP ports from ${LOWEST} to ${highest}`,
      received: `${held.size} after ${ATTEMPTS} tries`,
      todo: 'end other servers that listen on 127.0.0.1 or on all addresses',
    });
  }
  return [...held.keys()];
}

/** The low end of /proc/sys/net/ipv4/ip_local_port_range (ip(7)); Linux' default where it cannot be read or is odd. */
function firstEphemeralPort(): number {
  try {
    const first = Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').trim().split(/\s+/)[0]);
    return first >= LOWEST + ATTEMPTS ? first : 32_768;
  } catch {
    return 32_768;
  }
}

function hold(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined)); // taken, whatever the reason: the caller tries another
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });
}
