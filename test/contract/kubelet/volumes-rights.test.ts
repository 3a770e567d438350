import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Cluster, testCluster, unless } from './support/cluster.ts';
import { statusOf } from './support/space.ts';
import { AT, mount } from './support/volumes.ts';

const cluster = testCluster();
/** Whether containers can be given another user: everywhere, but on our own kubelet only when root runs it. */
const canChangeUser = ({ can }: Cluster) => !can.own || process.getuid?.() === 0;
const NOT_ROOT = 'the local cluster is run by an ordinary user, as whom all its containers run';
const NO_MOUNTS = 'a pod of the local cluster has no mounts of its own: a volume is a folder below $FAULTFLIX_ROOT';

describe('rights in volumes', { concurrency: 4 }, () => {
  it('gives an emptyDir that everybody may write to', async (t) => {
    const space = await (await cluster).space(t);
    const { log } = await space.run(`stat -Lc %a ${AT}/e`, {
      container: { volumeMounts: [mount('e', '/e')] },
      volumes: [{ name: 'e', emptyDir: {} }],
    });
    assert.equal(log.trim(), '777');
  });

  it('gives an emptyDir in memory, shared and of the size that was asked for', async (t) => {
    const space = await (await cluster).space(t);
    const volumeMounts = [mount('m', '/m')];
    const { log } = await space.run(`cat ${AT}/m/f; df -P ${AT}/m/ | tail -1`, {
      initContainers: [space.sh(`echo kept > ${AT}/m/f`, { name: 'first', volumeMounts })],
      container: { volumeMounts },
      volumes: [{ name: 'm', emptyDir: { medium: 'Memory', sizeLimit: '8Mi' } }],
    });
    const [kept, usage] = log.trim().split('\n');
    assert.equal(kept, 'kept');
    if (unless(t, !space.cluster.can.own, `${NO_MOUNTS}; its files are seen, but not in memory`)) return;
    assert.match(usage!, /^tmpfs\s+8192\s/);
  });

  it('sets the group of fsGroup on files, lets it read them, and has new files inherit it', async (t) => {
    const own = await cluster;
    if (unless(t, canChangeUser(own), NOT_ROOT)) return;
    const space = await own.space(t);
    await space.post('/api/v1', 'secrets', { metadata: { name: 's' }, stringData: { k: 'v' } });
    const script = `stat -Lc '%g %a' ${AT}/e ${AT}/s/k; touch ${AT}/e/new; stat -c %g ${AT}/e/new; id -G`;
    const { log } = await space.run(script, {
      securityContext: { fsGroup: 4321 },
      container: { volumeMounts: [mount('e', '/e'), mount('s', '/s')] },
      volumes: [
        { name: 'e', emptyDir: {} },
        { name: 's', secret: { secretName: 's', defaultMode: 0o400 } },
      ],
    });
    const [folder, secret, made, groups] = log.trim().split('\n');
    assert.deepEqual([folder, secret, made], ['4321 2777', '4321 440', '4321']);
    assert.ok(groups!.split(' ').includes('4321'), groups!);
  });

  it('runs as the user, the group and the supplemental groups that are asked for, the container before the pod', async (t) => {
    const own = await cluster;
    if (unless(t, canChangeUser(own), NOT_ROOT)) return;
    const space = await own.space(t);
    const script = `id -u; id -g; echo $(id -G | tr ' ' '\\n' | sort -n); echo x > ${AT}/e/f && stat -c %u ${AT}/e/f`;
    const { log, pod } = await space.run(script, {
      securityContext: { runAsUser: 1234, runAsGroup: 2345, supplementalGroups: [3456] },
      container: { securityContext: { runAsUser: 1111 }, volumeMounts: [mount('e', '/e')] },
      volumes: [{ name: 'e', emptyDir: {} }],
    });
    assert.equal(statusOf(pod).state.terminated.exitCode, 0, log);
    assert.equal(log, '1111\n2345\n2345 3456\n1111\n');
  });

  it('lets a user read a Secret only as its mode says', async (t) => {
    const own = await cluster;
    if (unless(t, canChangeUser(own), NOT_ROOT)) return;
    const space = await own.space(t);
    await space.post('/api/v1', 'secrets', { metadata: { name: 's' }, stringData: { k: 'v' } });
    const { log } = await space.run(`exec 2>&1; cat ${AT}/open/k; echo; cat ${AT}/shut/k`, {
      securityContext: { runAsUser: 1234, runAsGroup: 1234 },
      container: { volumeMounts: [mount('open', '/open'), mount('shut', '/shut')] },
      volumes: [
        { name: 'open', secret: { secretName: 's', defaultMode: 0o444 } },
        { name: 'shut', secret: { secretName: 's', defaultMode: 0o400 } },
      ],
    });
    assert.match(log, /^v\n.*[Pp]ermission denied/);
  });

  it('does not start a container as root that must not be', async (t) => {
    const space = await (await cluster).space(t);
    const refused = async (name: string, securityContext: object) => {
      await space.create({ name, containers: [space.sh('echo never', { securityContext })] });
      const pod = await space.until(name, 'refused', (seen) => /Error$/.test(statusOf(seen)?.state.waiting?.reason));
      assert.equal(statusOf(pod).state.waiting.reason, 'CreateContainerConfigError');
      return statusOf(pod).state.waiting.message as string;
    };
    assert.match(
      await refused('image', { runAsNonRoot: true }),
      /container has runAsNonRoot and image will run as root/,
    );
    const asked = await refused('asked', { runAsNonRoot: true, runAsUser: 0 });
    assert.match(asked, /container's runAsUser breaks non-root policy/);
  });

  it('refuses writes to a mount that is read-only, beside one of the same volume that is not', async (t) => {
    const own = await cluster;
    if (unless(t, !own.can.own, NO_MOUNTS)) return;
    const space = await own.space(t);
    const { log } = await space.run('exec 2>&1; echo x > /rw/f && cat /ro/f; echo y > /ro/f; echo z > /c/z', {
      container: { volumeMounts: [mount('e', '/rw'), mount('e', '/ro', { readOnly: true }), mount('c', '/c')] },
      volumes: [
        { name: 'e', emptyDir: {} },
        { name: 'c', configMap: { name: 'kube-root-ca.crt' } },
      ],
    });
    assert.match(log, /^x\n.*[Rr]ead-only file system\n.*[Rr]ead-only file system\n$/);
  });

  it('has a root file system that is read-only when asked, and volumes that are not', async (t) => {
    const own = await cluster;
    if (unless(t, !own.can.own, NO_MOUNTS)) return;
    const space = await own.space(t);
    const { log } = await space.run('exec 2>&1; echo x > /f; echo y > /e/f && cat /e/f', {
      container: { securityContext: { readOnlyRootFilesystem: true }, volumeMounts: [mount('e', '/e')] },
      volumes: [{ name: 'e', emptyDir: {} }],
    });
    assert.match(log, /[Rr]ead-only file system\ny\n$/);
  });

  it('checks that a hostPath is what its type says: device, socket, a file that it makes', async (t) => {
    const space = await (await cluster).space(t);
    const path = `/tmp/${space.name}-file`;
    const plan = (path: string, type: string) => ({
      container: { volumeMounts: [mount('h', '/h')] },
      volumes: [{ name: 'h', hostPath: { path, type } }],
    });
    const { pod } = await space.run(`echo made > ${AT}/h; cat ${AT}/h`, {
      name: 'made',
      ...plan(path, 'FileOrCreate'),
    });
    assert.equal(await space.log('made'), 'made\n');
    const { nodeName } = pod.spec;
    await space.run(`echo x > ${AT}/h`, { name: 'device', nodeName, ...plan('/dev/null', 'CharDevice') });
    const wrong = [
      { name: 'socket', path, type: 'Socket' },
      { name: 'block', path: '/dev/null', type: 'BlockDevice' },
      { name: 'absent', path: `${path}-not`, type: 'Directory' },
    ];
    for (const { name, path, type } of wrong) {
      const { container, volumes } = plan(path, type);
      await space.create({ name, nodeName, volumes, containers: [space.sh('echo never', container)] });
      const { message } = await space.event(name, 'FailedMount');
      assert.match(message, /MountVolume\.SetUp failed for volume "h" : hostPath type check failed[:,] \S+ is not a/);
    }
    const folder = plan('/tmp', 'Directory');
    await space.run(`rm ${AT}/h/${space.name}-file`, { name: 'cleaner', nodeName, ...folder });
  });

  it('shares a volume between containers that run side by side', async (t) => {
    const space = await (await cluster).space(t);
    const volumeMounts = [mount('e', '/shared')];
    const script = (own: string, other: string) =>
      `echo ${own} > ${AT}/shared/${own}; until [ -s ${AT}/shared/${other} ]; do sleep 0.1; done; cat ${AT}/shared/${other}`;
    await space.create({
      containers: [
        space.sh(script('one', 'two'), { name: 'a', volumeMounts }),
        space.sh(script('two', 'one'), { name: 'b', volumeMounts }),
      ],
      volumes: [{ name: 'e', emptyDir: {} }],
    });
    await space.ended('pod');
    assert.deepEqual(
      [await space.log('pod', { container: 'a' }), await space.log('pod', { container: 'b' })],
      ['two\n', 'one\n'],
    );
  });

  it('does not start a container whose subPathExpr leaves the volume or has no value', async (t) => {
    const space = await (await cluster).space(t);
    const refused = async (name: string, subPathExpr: string) => {
      const env = [{ name: 'UP', value: '../up' }];
      const volumeMounts = [mount('e', '/e', { subPathExpr })];
      const volumes = [{ name: 'e', emptyDir: {} }];
      await space.create({ name, containers: [space.sh('echo never', { env, volumeMounts })], volumes });
      const pod = await space.until(name, 'refused', (seen) => /Error$/.test(statusOf(seen)?.state.waiting?.reason));
      return `${statusOf(pod).state.waiting.reason} ${statusOf(pod).state.waiting.message}`;
    };
    assert.match(await refused('up', '$(UP)'), /^CreateContainerConfigError .*\.\./);
    assert.match(await refused('none', '$(NOPE)'), /^CreateContainerConfigError missing value for /);
  });

  it('takes the last words from where terminationMessagePath says, 4096 bytes of them', async (t) => {
    const space = await (await cluster).space(t);
    const script = `head -c 5000 /dev/zero | tr '\\0' x > ${AT}/tmp/words; exit 3`;
    const { pod } = await space.run(script, { container: { terminationMessagePath: '/tmp/words' } });
    const { message } = statusOf(pod).state.terminated;
    assert.deepEqual([message.length, message[0]], [4_096, 'x']);
  });
});
