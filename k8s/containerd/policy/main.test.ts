import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { showBridged } from './bridged.ts';

const main = join(import.meta.dirname, 'main.ts');

async function ran(command: string, ...args: readonly string[]) {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 30_000 });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { code, said };
}

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'faultflix-policy-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('arguments that are missing or wrong are bad input', async () => {
  for (const args of [[], ['--kubeconfig', 'x', '--node', 'n', '--pod-cidr', 'fd00::/64']]) {
    const { code, said } = await ran(process.execPath, main, ...args);
    assert.equal(code, 2);
    assert.match(said, /--pod-cidr CIDR/);
  }
});

const can = spawnSync('unshare', ['--net', 'true'], { stdio: 'ignore' }).status === 0;

test('a node whose nft fails ends with an exit code, and says that nothing is enforced', {
  skip: !can && 'needs root',
}, async (t) => {
  const path = folder(t);
  const kubeconfig = join(path, 'kubeconfig');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      'current-context': 'x',
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1', 'certificate-authority-data': btoa('x') } }],
      users: [{ name: 'u', user: { token: 't' } }],
    }),
  );
  writeFileSync(join(path, 'nft'), '#!/bin/sh\necho "the kernel says no" >&2\nexit 1\n', { mode: 0o755 });
  const { code, said } = await ran(
    'unshare',
    '--net',
    'env',
    `PATH=${path}:${process.env.PATH}`,
    process.execPath,
    main,
    ...['--kubeconfig', kubeconfig, '--node', 'n', '--pod-cidr', '10.200.0.0/24'],
  );
  assert.equal(code, 3);
  assert.match(said, /not enforced/);
  assert.match(said, /the kernel says no/);
});

test('a kernel that hides what passes a bridge is an error, not an open door', (t) => {
  const path = folder(t);
  assert.throws(() => showBridged(join(path, 'not-there')), { code: 'could-not-run' });
  for (const name of ['bridge-nf-call-iptables', 'bridge-nf-call-ip6tables']) writeFileSync(join(path, name), '0');
  assert.doesNotThrow(() => showBridged(path));
});
