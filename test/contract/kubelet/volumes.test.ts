import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testCluster } from './support/cluster.ts';
import { condition, eventually, type Json, statusOf } from './support/space.ts';

const cluster = testCluster();
/** Where a mount is: on a cluster without mount namespaces it is below $FAULTFLIX_ROOT, which is empty elsewhere. */
const AT = '$FAULTFLIX_ROOT';
const mount = (name: string, mountPath: string, more: object = {}) => ({ name, mountPath, ...more });

describe('volumes', { concurrency: 4 }, () => {
  it('shows a ConfigMap as files, whole or the chosen items, with their modes', async (t) => {
    const space = await (await cluster).space(t);
    const binaryData = { raw: Buffer.from([0, 1, 2, 255]).toString('base64') };
    await space.post('/api/v1', 'configmaps', { metadata: { name: 'c' }, data: { a: 'alpha', b: 'beta' }, binaryData });
    const { log } = await space.run(
      `cd ${AT}/all && echo $(ls) && cat a && echo && wc -c < raw && cd ${AT}/some && find -L . -type f | sort && cat deep/er && stat -Lc %a deep/er`,
      {
        container: { volumeMounts: [mount('all', '/all'), mount('some', '/some')] },
        volumes: [
          { name: 'all', configMap: { name: 'c' } },
          { name: 'some', configMap: { name: 'c', items: [{ key: 'b', path: 'deep/er', mode: 0o440 }] } },
        ],
      },
    );
    const [names, a, size, ...rest] = log.trim().split('\n');
    assert.deepEqual([names, a, Number(size)], ['a b raw', 'alpha', 4]);
    assert.ok(rest.includes('./deep/er'), log);
    assert.match(rest.at(-1)!, /^beta440$/);
  });

  it('shows a Secret decoded, with the default mode', async (t) => {
    const space = await (await cluster).space(t);
    await space.post('/api/v1', 'secrets', { metadata: { name: 's' }, stringData: { password: 'p@ss\nword' } });
    const { log } = await space.run(`cat ${AT}/s/password; echo; stat -Lc %a ${AT}/s/password`, {
      container: { volumeMounts: [mount('s', '/s')] },
      volumes: [{ name: 's', secret: { secretName: 's', defaultMode: 0o400 } }],
    });
    assert.equal(log, 'p@ss\nword\n400\n');
  });

  it('projects a token that the API server knows as this pod, its CA and the namespace', async (t) => {
    const { http } = await cluster;
    const space = await (await cluster).space(t);
    const folder = `${AT}/var/run/secrets/kubernetes.io/serviceaccount`;
    await space.create({
      automountServiceAccountToken: true,
      containers: [
        space.sh(`cat ${folder}/token; echo; cat ${folder}/namespace; echo; grep -c BEGIN ${folder}/ca.crt; sleep 60`),
      ],
    });
    const [token, namespace, authorities] = await space.logUntil('pod', /\n\d+\n/);
    assert.equal(namespace, space.name);
    assert.ok(Number(authorities) >= 1);
    const review = await http.json<Json>({
      method: 'POST',
      path: '/apis/authentication.k8s.io/v1/tokenreviews',
      body: { spec: { token } },
    });
    assert.equal(review.status.authenticated, true, JSON.stringify(review.status));
    assert.equal(review.status.user.username, `system:serviceaccount:${space.name}:default`);
    assert.deepEqual(review.status.user.extra['authentication.kubernetes.io/pod-name'], ['pod']);
  });

  it('projects several sources into one folder, with a token for an audience of its own', async (t) => {
    const space = await (await cluster).space(t);
    await space.post('/api/v1', 'configmaps', { metadata: { name: 'c' }, data: { a: 'alpha' } });
    await space.post('/api/v1', 'secrets', { metadata: { name: 's' }, stringData: { b: 'beta' } });
    const sources = [
      { configMap: { name: 'c' } },
      { secret: { name: 's', items: [{ key: 'b', path: 'hidden/b' }] } },
      { downwardAPI: { items: [{ path: 'who', fieldRef: { fieldPath: 'metadata.name' } }] } },
      { serviceAccountToken: { path: 'token', audience: 'vault', expirationSeconds: 900 } },
    ];
    const { log } = await space.run(`cd ${AT}/p; cat a hidden/b who; echo; cut -d. -f2 token`, {
      container: { volumeMounts: [mount('p', '/p')] },
      volumes: [{ name: 'p', projected: { sources } }],
    });
    const [texts, claims] = log.trim().split('\n');
    assert.equal(texts, 'alphabetapod');
    const { aud, exp, iat } = JSON.parse(Buffer.from(claims!, 'base64url').toString('utf8')) as Json;
    assert.deepEqual([aud, exp - iat], [['vault'], 900]);
  });

  it('shows labels, annotations and limits, and follows changes of the labels', async (t) => {
    const space = await (await cluster).space(t);
    const items = [
      { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
      { path: 'note', fieldRef: { fieldPath: "metadata.annotations['note']" } },
      { path: 'memory', resourceFieldRef: { containerName: 'main', resource: 'limits.memory', divisor: '1Mi' } },
    ];
    const script = `cd ${AT}/info; cat note memory; echo; while :; do cat labels; echo; sleep 0.2; done`;
    await space.create({
      labels: { tier: 'one' },
      annotations: { note: 'n' },
      containers: [
        space.sh(script, { volumeMounts: [mount('i', '/info')], resources: { limits: { memory: '32Mi' } } }),
      ],
      volumes: [{ name: 'i', downwardAPI: { items } }],
    });
    const [first] = await space.logUntil('pod', /tier="one"/);
    assert.equal(first, 'n32');
    await space.merge('pods/pod', { metadata: { labels: { tier: 'two' } } });
    await space.logUntil('pod', /tier="two"/);
  });

  it('shares an emptyDir among containers and keeps it when a container restarts', async (t) => {
    const space = await (await cluster).space(t);
    const volumeMounts = [mount('e', '/data')];
    await space.create({
      restartPolicy: 'OnFailure',
      initContainers: [space.sh(`echo init >> ${AT}/data/log`, { name: 'first', volumeMounts })],
      containers: [
        space.sh(`echo main >> ${AT}/data/log; cat ${AT}/data/log; [ $(wc -l < ${AT}/data/log) -ge 3 ]`, {
          volumeMounts,
        }),
      ],
      volumes: [{ name: 'e', emptyDir: {} }],
    });
    const pod = await space.ended('pod');
    assert.equal(statusOf(pod).restartCount, 1);
    assert.equal(await space.log('pod'), 'init\nmain\nmain\n');
  });

  it('mounts a hostPath, makes it when asked to, and does not start when it is not what its type says', async (t) => {
    const space = await (await cluster).space(t);
    const path = `/tmp/${space.name}`;
    const plan = (type: string) => ({
      container: { volumeMounts: [mount('h', '/host')] },
      volumes: [{ name: 'h', hostPath: { path, type } }],
    });
    const { pod } = await space.run(`echo here > ${AT}/host/file`, plan('DirectoryOrCreate'));
    const nodeName = pod.spec.nodeName;
    const { log } = await space.run(`cat ${AT}/host/file; rm ${AT}/host/file`, {
      name: 'reader',
      nodeName,
      ...plan('Directory'),
    });
    assert.equal(log, 'here\n');
    await space.create({
      name: 'refused',
      nodeName,
      containers: [space.sh('echo never', plan('File').container)],
      volumes: plan('File').volumes,
    });
    await eventually('an event tells why', async () => {
      const { items } = await space.get('events', { fieldSelector: 'involvedObject.name=refused,reason=FailedMount' });
      assert.match(items[0].message, /hostPath type check failed/);
    });
    assert.equal(space.pod('refused')!.status.phase, 'Pending');
    // The folder itself goes with its last file: removed from inside, as everything here.
    await space.run(`rmdir $(readlink -f ${AT}/host) 2>/dev/null || true`, {
      name: 'cleaner',
      nodeName,
      ...plan('Directory'),
    });
  });

  it('mounts a subPath: a folder of an emptyDir, or one file of a ConfigMap, which then does not follow', async (t) => {
    const space = await (await cluster).space(t);
    await space.post('/api/v1', 'configmaps', { metadata: { name: 'c' }, data: { a: 'old' } });
    const volumeMounts = [
      mount('e', '/whole'),
      mount('e', '/part', { subPathExpr: 'of-$(POD)' }),
      mount('c', '/etc/a.conf', { subPath: 'a' }),
      mount('c', '/live'),
    ];
    const env = [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }];
    const script = `echo x > ${AT}/part/f; cat ${AT}/whole/of-pod/f; while :; do echo "$(cat ${AT}/live/a)/$(cat ${AT}/etc/a.conf)"; sleep 0.2; done`;
    await space.create({
      containers: [space.sh(script, { env, volumeMounts })],
      volumes: [
        { name: 'e', emptyDir: {} },
        { name: 'c', configMap: { name: 'c' } },
      ],
    });
    const [first] = await space.logUntil('pod', /old\/old/);
    assert.equal(first, 'x');
    await space.merge('configmaps/c', { data: { a: 'new' } });
    await space.logUntil('pod', /new\/old/);
  });

  it('updates mounted ConfigMaps and Secrets, all files of a volume at once', async (t) => {
    const space = await (await cluster).space(t);
    await space.post('/api/v1', 'configmaps', { metadata: { name: 'c' }, data: { a: '0', b: '0', gone: 'x' } });
    await space.post('/api/v1', 'secrets', { metadata: { name: 's' }, stringData: { k: '0' } });
    // One look at `..data` sees one version: a reader that resolves it once never mixes two. While it still leads there,
    // nobody has begun to remove what was read.
    const script = `cd ${AT}; while :; do d=$(readlink -f c/..data); a=$(cat $d/a 2>/dev/null); b=$(cat $d/b 2>/dev/null)
      [ "$a" = "$b" ] || [ "$(readlink -f c/..data)" != "$d" ] || echo MIXED $a $b; echo "$(cat c/a) $(cat s/k) $(ls c | wc -l)"; done`;
    await space.create({
      containers: [space.sh(script, { volumeMounts: [mount('c', '/c'), mount('s', '/s')] })],
      volumes: [
        { name: 'c', configMap: { name: 'c' } },
        { name: 's', secret: { secretName: 's' } },
      ],
    });
    await space.logUntil('pod', /^0 0 3$/m);
    for (const version of ['1', '2', '3']) {
      await space.merge('configmaps/c', { data: { a: version, b: version, gone: null } });
      await space.merge('secrets/s', { stringData: { k: version } });
    }
    const lines = await space.logUntil('pod', /^3 3 2$/m);
    assert.deepEqual(
      lines.filter((line) => line.startsWith('MIXED')),
      [],
    );
  });

  it('waits for a ConfigMap that is not there, and does not for an optional one', async (t) => {
    const space = await (await cluster).space(t);
    const container = space.sh(`ls ${AT}/c | wc -l`, { volumeMounts: [mount('c', '/c')] });
    await space.create({
      name: 'wants',
      containers: [container],
      volumes: [{ name: 'c', configMap: { name: 'late' } }],
    });
    await space.create({
      name: 'may',
      containers: [container],
      volumes: [{ name: 'c', configMap: { name: 'late', optional: true } }],
    });
    await space.ended('may');
    assert.equal((await space.log('may')).trim(), '0');
    const waiting = await space.until(
      'wants',
      'bound',
      (pod) => condition(pod, 'PodScheduled')?.status === 'True' && statusOf(pod),
    );
    assert.equal(statusOf(waiting).state.waiting.reason, 'ContainerCreating');
    await space.post('/api/v1', 'configmaps', { metadata: { name: 'late' }, data: { k: 'v' } });
    await space.ended('wants');
    assert.equal((await space.log('wants')).trim(), '1');
  });
});
