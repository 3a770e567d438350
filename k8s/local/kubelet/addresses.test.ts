import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Addresses, blocks, kubeletAddress, nodeAddress } from './addresses.ts';

it('gives each pod another address, and one that was given back only after all others', () => {
  const addresses = new Addresses(7);
  const first = addresses.take();
  assert.equal(first, '10.7.1.1');
  addresses.give(first);
  const seen = new Set([first]);
  for (let n = 0; n < 1_000; n++) seen.add(addresses.take());
  assert.equal(seen.size, 1_001);
  for (const ip of seen)
    assert.match(ip, /^10\.7\.([1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-4])\.([1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-4])$/);
});

it('does not give what a pod already has', () => {
  const addresses = new Addresses(7);
  addresses.keep('10.7.1.2');
  addresses.keep(nodeAddress(7, 0));
  const next = [addresses.take(), addresses.take()];
  assert.ok(!next.includes('10.7.1.2'), next.join());
});

it('comes to an end when all are taken', () => {
  const addresses = new Addresses(7);
  for (let n = 0; n < 254 * 254; n++) addresses.take();
  assert.throws(() => addresses.take(), /no pod address is free/);
});

it('keeps pods, nodes and the kubelet apart, and clear of the addresses of services', () => {
  assert.equal(new Set(blocks('/a')).size, 95);
  assert.ok(blocks('/a').every((block) => block >= 1 && block <= 95));
  assert.notEqual(blocks('/a')[0], blocks('/b')[0]);
  assert.deepEqual([nodeAddress(7, 5), kubeletAddress(7)], ['10.7.255.6', '127.7.255.254']);
});
