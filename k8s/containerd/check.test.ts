import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import type { Hierarchy } from './cgroups.ts';
import { checkMachine } from './check.ts';
import type { Facts } from './facts.ts';

const v1 = (...controllers: string[]): Hierarchy[] =>
  controllers.map((name) => ({ folder: `/sys/fs/cgroup/${name}`, version: 1, controllers: [name] }));
const all = ['cpu', 'cpuacct', 'cpuset', 'memory', 'pids', 'devices', 'freezer', 'blkio'];

const well: Facts = {
  platform: 'linux',
  uid: 0,
  missingPrograms: [],
  cniFolder: '/usr/lib/cni',
  missingCniPlugins: [],
  containerdVersion: 'containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1+deb12u3',
  hierarchies: v1(...all),
  cgroupsWritable: true,
  stateDir: '/tmp/faultflix-0/default',
  strangersInCgroup: [],
  inotify: { limit: 128, used: 20 },
};

const fine = (change: Partial<Facts>, nodes = 6) => checkMachine({ ...well, ...change }, { nodes });

function refusal(change: Partial<Facts>, nodes = 6): FaultflixError {
  try {
    fine(change, nodes);
  } catch (error) {
    if (error instanceof FaultflixError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('a machine for real nodes', () => {
  test('one that has everything will do', () => {
    fine({});
    fine({ containerdVersion: 'containerd containerd.io v2.4.2 abcdef' });
    fine({ containerdVersion: 'containerd containerd.io 1.7.27 abcdef' });
    fine({ hierarchies: [{ folder: '/sys/fs/cgroup', version: 2, controllers: ['cpuset', 'cpu', 'memory', 'pids'] }] });
  });

  const refused: readonly {
    readonly name: string;
    readonly change: Partial<Facts>;
    readonly code: FaultflixError['code'];
    readonly todo: RegExp;
    readonly received: RegExp;
  }[] = [
    {
      name: 'not Linux',
      change: { platform: 'darwin' },
      code: 'unsupported',
      todo: /--cluster local/,
      received: /darwin/,
    },
    { name: 'not root', change: { uid: 1000 }, code: 'could-not-run', todo: /sudo/, received: /user 1000/ },
    {
      name: 'no containerd',
      change: { missingPrograms: ['containerd', 'ctr', 'runc'], containerdVersion: '' },
      code: 'could-not-run',
      todo: /apt-get install containerd runc$/,
      received: /no containerd, ctr, runc/,
    },
    {
      name: 'no CNI plugins',
      change: { missingCniPlugins: ['portmap'] },
      code: 'could-not-run',
      todo: /containernetworking-plugins/,
      received: /portmap in \/usr\/lib\/cni/,
    },
    {
      name: 'an old containerd',
      change: { containerdVersion: 'containerd github.com/containerd/containerd 1.5.18 aaa' },
      code: 'could-not-run',
      todo: /newer containerd/,
      received: /1\.5\.18/,
    },
    {
      name: 'a containerd that says no version',
      change: { containerdVersion: 'containerd' },
      code: 'could-not-run',
      todo: /newer containerd/,
      received: /containerd/,
    },
    {
      name: 'no memory controller',
      change: { hierarchies: v1(...all.filter((name) => name !== 'memory')) },
      code: 'could-not-run',
      todo: /cgroup_enable=memory/,
      received: /no memory/,
    },
    {
      name: 'v2 without pids',
      change: { hierarchies: [{ folder: '/sys/fs/cgroup', version: 2, controllers: ['cpuset', 'cpu', 'memory'] }] },
      code: 'could-not-run',
      todo: /enable them/,
      received: /no pids/,
    },
    {
      name: 'no cgroups',
      change: { hierarchies: [] },
      code: 'could-not-run',
      todo: /--cgroupns host/,
      received: /no cpu/,
    },
    {
      name: 'read-only cgroups',
      change: { cgroupsWritable: false },
      code: 'could-not-run',
      todo: /writable/,
      received: /read-only/,
    },
    {
      name: 'no namespaces',
      change: { refusedNamespaces: 'unshare: unshare failed: Operation not permitted' },
      code: 'could-not-run',
      todo: /CAP_SYS_ADMIN/,
      received: /not permitted/,
    },
    {
      name: 'a state folder under /run',
      change: { stateDir: '/run/user/0/faultflix-0/default' },
      code: 'bad-input',
      todo: /TMPDIR/,
      received: /\/run\//,
    },
    {
      name: 'a path too long for a socket',
      change: { stateDir: `/tmp/${'x'.repeat(100)}` },
      code: 'bad-input',
      todo: /TMPDIR/,
      received: /bytes/,
    },
    {
      name: 'someone else’s cgroup',
      change: { strangersInCgroup: ['/sys/fs/cgroup/pids/faultflix-default'] },
      code: 'conflict',
      todo: /--name/,
      received: /.?/,
    },
    {
      name: 'too few inotify instances',
      change: { inotify: { limit: 128, used: 87 } },
      code: 'could-not-run',
      todo: /fs\.inotify\.max_user_instances/,
      received: /87 of 128/,
    },
  ];
  for (const { name, change, code, todo, received } of refused) {
    test(`${name}: refused, with what to do`, () => {
      const error = refusal(change);
      assert.equal(error.code, code);
      assert.match(error.todo ?? '', todo);
      assert.match(error.received ?? '', received);
    });
  }

  test('fewer nodes need fewer inotify instances', () => fine({ inotify: { limit: 128, used: 121 } }, 1));

  test('what is missing is told by package, each once', () => {
    const { todo } = refusal({
      missingPrograms: ['ctr', 'containerd', 'ip'],
      missingCniPlugins: ['bridge', 'loopback'],
    });
    assert.equal(todo, 'on Debian or Ubuntu: apt-get install containerd iproute2 containernetworking-plugins');
  });
});
