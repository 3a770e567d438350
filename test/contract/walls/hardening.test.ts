/** What a container of ours finds when it looks around. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testPlatform } from './support/platform.ts';

const connecting = testPlatform();

const LOOK = `
const fs = require('node:fs');
const write = (path) => { try { fs.writeFileSync(path, 'x'); fs.unlinkSync(path); return 'written'; } catch (e) { return e.code; } };
const status = Object.fromEntries(fs.readFileSync('/proc/self/status', 'utf8').split('\\n').map((l) => l.split(/:\\s*/)));
const memory = ['/sys/fs/cgroup/memory/memory.limit_in_bytes', '/sys/fs/cgroup/memory.max'].find((f) => fs.existsSync(f));
console.log(JSON.stringify({
  uid: process.getuid(), gid: process.getgid(),
  root: write('/x'), app: write('/app/x'), usr: write('/usr/x'), tmp: write('/tmp/x'),
  effective: status.CapEff, bounding: status.CapBnd, noNewPrivileges: status.NoNewPrivs, seccomp: status.Seccomp,
  shell: ['/bin/sh', '/usr/bin/apt', '/usr/bin/npm', '/usr/local/bin/npm'].filter((f) => fs.existsSync(f)),
  memory: memory && fs.readFileSync(memory, 'utf8').trim(),
  processes: fs.readdirSync('/proc').filter((n) => /^\\d+$/.test(n)).length,
}));`;

for (const [namespace, service, container, memoryMi] of [
  ['us-east-1', 'catalog', 'service', 288],
  ['us-east-1', 'edge', 'service', 288],
  ['global', 'router', 'service', 192],
  ['chaos', 'controller', 'controller', 384],
  ['chaos', 'warden', 'warden', 192],
] as const)
  test(`${namespace}/${service} runs as nobody, on a root that it cannot write, with no capability left`, async (t) => {
    const platform = await connecting;
    if (!platform.real)
      return t.skip('a container of the local cluster is a process of its user’s: it has no walls of its own');
    const found = JSON.parse(await platform.node(await platform.pod(namespace, service), container, LOOK));
    const { processes, ...rest } = found as { processes: number };
    assert.deepEqual(rest, {
      uid: 10001,
      gid: 10001,
      root: 'EROFS',
      app: 'EROFS',
      usr: 'EROFS',
      tmp: 'written',
      effective: '0000000000000000',
      bounding: '0000000000000000',
      noNewPrivileges: '1',
      seccomp: '2',
      shell: [],
      memory: String(memoryMi * 2 ** 20),
    });
    assert.ok(processes < 10, 'it sees its own processes and no others');
  });
