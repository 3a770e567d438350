import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { seededRng } from '#base/rng.ts';
import { freePorts } from './ports.ts';

test('different ports, free, and none that an outgoing connection may get', async () => {
  const ports = await freePorts(8, seededRng(1));
  assert.equal(new Set(ports).size, 8);
  const first = Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)[0]);
  for (const port of ports) assert.ok(port >= 20_000 && port < Math.max(first, 21_000), String(port));
});

test('a port that is taken is passed over', async () => {
  const [wanted] = await freePorts(1, seededRng(2));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(wanted, '127.0.0.1', resolve));
  const [other] = await freePorts(1, seededRng(2));
  server.close();
  assert.notEqual(other, wanted);
});
