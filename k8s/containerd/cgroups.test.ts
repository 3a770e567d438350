import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hierarchiesOf } from './cgroups.ts';

test('hierarchies of v1, of v2 and of both, each once', () => {
  const hybrid = `
22 27 0:21 / /proc rw,relatime - proc proc rw
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw`;
  assert.deepEqual(hierarchiesOf(hybrid), [
    { folder: '/sys/fs/cgroup/memory', version: 1, controllers: ['memory'] },
    { folder: '/sys/fs/cgroup/cpu,cpuacct', version: 1, controllers: ['cpu', 'cpuacct'] },
    { folder: '/sys/fs/cgroup/systemd', version: 1, controllers: ['name=systemd'] },
    { folder: '/sys/fs/cgroup/unified', version: 2, controllers: [] },
  ]);
  assert.deepEqual(
    hierarchiesOf('30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot'),
    [{ folder: '/sys/fs/cgroup', version: 2, controllers: ['nsdelegate', 'memory_recursiveprot'] }],
  );
});
