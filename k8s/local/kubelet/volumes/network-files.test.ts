import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Pod } from '../types.ts';
import { hostsFile, resolvFile } from './network-files.ts';

const podOf = (spec: object) => ({ metadata: { name: 'p', namespace: 'n' }, spec }) as unknown as Pod;

describe('/etc/hosts and /etc/resolv.conf', () => {
  it('names the pod by its hostname, with its subdomain where it has one', () => {
    assert.match(hostsFile(podOf({}), '10.1.2.3'), /^10\.1\.2\.3\tp$/m);
    const named = hostsFile(podOf({ hostname: 'h', subdomain: 's' }), '10.1.2.3');
    assert.match(named, /^10\.1\.2\.3\th\.s\.n\.svc\.cluster\.local\th$/m);
  });

  it('adds hostAliases below', () => {
    const hostAliases = [{ ip: '192.0.2.1', hostnames: ['a', 'b'] }];
    assert.match(hostsFile(podOf({ hostAliases }), '10.1.2.3'), /^192\.0\.2\.1\ta\tb$/m);
  });

  it('leaves names to the machine unless dnsPolicy is None', () => {
    const dnsConfig = { nameservers: ['192.0.2.1'], options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }] };
    assert.equal(resolvFile(podOf({ dnsPolicy: 'ClusterFirst', dnsConfig })), undefined);
    assert.equal(resolvFile(podOf({ dnsPolicy: 'None', dnsConfig })), 'nameserver 192.0.2.1\noptions ndots:2 edns0\n');
  });
});
