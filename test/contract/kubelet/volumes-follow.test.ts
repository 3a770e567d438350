import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testCluster, unless } from './support/cluster.ts';
import { eventually, type Json, type Space } from './support/space.ts';
import { AT, followed, mount } from './support/volumes.ts';

const cluster = testCluster();
const configMap = (space: Space, name: string, data: Record<string, string>, more: object = {}) =>
  space.post('/api/v1', 'configmaps', { metadata: { name }, data, ...more });
const removeConfigMap = (space: Space, name: string) =>
  space.cluster.http.json({ method: 'DELETE', path: space.path(`configmaps/${name}`) });
const review = (space: Space, token: string) =>
  space.cluster.http.json<Json>({
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/tokenreviews',
    body: { spec: { token } },
  });

describe('volumes that follow the API', { concurrency: 4 }, () => {
  it('lays files out as links through ..data to one folder a version', async (t) => {
    const space = await (await cluster).space(t);
    await configMap(space, 'c', { a: '1', b: '2' });
    const script = `cd ${AT}/c; echo $(ls -A | grep -v '^\\.\\.[0-9]'); readlink a; readlink ..data; ls -A | grep -c '^\\.\\.[0-9]'`;
    const { log } = await space.run(script, {
      container: { volumeMounts: [mount('c', '/c')] },
      volumes: [{ name: 'c', configMap: { name: 'c' } }],
    });
    const [names, link, data, versions] = log.trim().split('\n');
    assert.deepEqual([names, link, versions], ['..data a b', '..data/a', '1']);
    assert.match(data!, /^\.\.\d{4}_\d\d_\d\d/);
  });

  it('adds and removes files as keys come and go, in folders too', async (t) => {
    const space = await (await cluster).space(t);
    await configMap(space, 'c', { old: '1', stays: '1' });
    const volumeMounts = [mount('c', '/c')];
    await space.create({
      containers: [space.sh(`cd ${AT}/c; while :; do echo "[$(echo *)]"; sleep 0.2; done`, { volumeMounts })],
      volumes: [{ name: 'c', configMap: { name: 'c' } }],
    });
    await space.logUntil('pod', /\[old stays\]/);
    await space.merge('configmaps/c', { data: { old: null, fresh: '1' } });
    const lines = await followed(space, 'pod', /\[fresh stays\]/);
    assert.deepEqual([...new Set(lines)], ['[old stays]', '[fresh stays]']);
  });

  it('shows an optional ConfigMap when it comes, and nothing of it when it is gone', async (t) => {
    const space = await (await cluster).space(t);
    const sources = [{ configMap: { name: 'late', optional: true } }];
    await space.create({
      containers: [
        space.sh(`cd ${AT}/p; while :; do echo "[$(ls)]"; sleep 0.2; done`, { volumeMounts: [mount('p', '/p')] }),
      ],
      volumes: [{ name: 'p', projected: { sources } }],
    });
    await space.logUntil('pod', /\[\]/);
    await configMap(space, 'late', { k: 'v' });
    await followed(space, 'pod', /\[k\]/);
    await removeConfigMap(space, 'late');
    await followed(space, 'pod', /\[k\]\n(\[k\]\n)*\[\]/);
  });

  it('keeps what an immutable ConfigMap said, though it is deleted and made anew', async (t) => {
    const space = await (await cluster).space(t);
    await configMap(space, 'frozen', { k: 'old' }, { immutable: true });
    await configMap(space, 'live', { k: '1' });
    const script = `cd ${AT}/; while :; do echo "$(cat frozen/k) $(cat live/k)"; sleep 0.2; done`;
    await space.create({
      containers: [space.sh(script, { volumeMounts: [mount('f', '/frozen'), mount('l', '/live')] })],
      volumes: [
        { name: 'f', configMap: { name: 'frozen' } },
        { name: 'l', configMap: { name: 'live' } },
      ],
    });
    await space.logUntil('pod', /old 1/);
    await removeConfigMap(space, 'frozen');
    await configMap(space, 'frozen', { k: 'new' }, { immutable: true });
    await space.merge('configmaps/live', { data: { k: '2' } });
    const lines = await followed(space, 'pod', / 2/);
    assert.deepEqual(
      lines.filter((line) => line.includes('new')),
      [],
    );
  });

  it('lets the later source of a projected volume win where two have one path', async (t) => {
    const space = await (await cluster).space(t);
    await configMap(space, 'c', { both: 'ConfigMap', one: '1' });
    await space.post('/api/v1', 'secrets', { metadata: { name: 's' }, stringData: { both: 'Secret', two: '2' } });
    const volume = (sources: object[]) => [{ name: 'p', projected: { sources } }];
    const run = (name: string, sources: object[]) =>
      space.run(`cd ${AT}/p; cat both; echo; echo $(ls)`, {
        name,
        container: { volumeMounts: [mount('p', '/p')] },
        volumes: volume(sources),
      });
    const [a, b] = [{ configMap: { name: 'c' } }, { secret: { name: 's' } }];
    const [first, second] = await Promise.all([run('ab', [a, b]), run('ba', [b, a])]);
    assert.equal(first.log, 'Secret\nboth one two\n');
    assert.equal(second.log, 'ConfigMap\nboth one two\n');
  });

  it('does not start with a key that is not there, and tells which', async (t) => {
    const space = await (await cluster).space(t);
    await configMap(space, 'c', { a: '1' });
    await space.create({
      containers: [space.sh('echo never', { volumeMounts: [mount('c', '/c')] })],
      volumes: [{ name: 'c', configMap: { name: 'c', items: [{ key: 'nope', path: 'x' }] } }],
    });
    const { message } = await space.event('pod', 'FailedMount');
    assert.match(message, /MountVolume\.SetUp failed for volume "c" : .*references non-existent config key: nope/);
    await space.merge('configmaps/c', { data: { nope: 'now' } });
    await followed(space, 'pod', /never/);
  });

  it('shows all labels and annotations, escaped, and follows the annotations', async (t) => {
    const space = await (await cluster).space(t);
    const items = [
      { path: 'deep/labels', fieldRef: { fieldPath: 'metadata.labels' }, mode: 0o400 },
      { path: 'annotations', fieldRef: { fieldPath: 'metadata.annotations' } },
    ];
    const script = `cd ${AT}/i; stat -Lc %a deep/labels annotations; grep "^[ab]=" deep/labels; while :; do grep ^note annotations; echo; sleep 0.2; done`;
    await space.create({
      labels: { b: 'two', a: 'one' },
      annotations: { note: 'a "quoted"\nline' },
      containers: [space.sh(script, { volumeMounts: [mount('i', '/i')] })],
      volumes: [{ name: 'i', downwardAPI: { defaultMode: 0o640, items } }],
    });
    const lines = await space.logUntil('pod', /note=.*\n/);
    assert.deepEqual(lines.slice(0, 5), ['400', '640', 'a="one"', 'b="two"', 'note="a \\"quoted\\"\\nline"']);
    await space.merge('pods/pod', { metadata: { annotations: { note: 'later' } } });
    await followed(space, 'pod', /note="later"/);
  });

  it('gives a token that dies with its pod', async (t) => {
    const space = await (await cluster).space(t);
    const sources = [{ serviceAccountToken: { path: 'token', expirationSeconds: 600 } }];
    await space.create({
      containers: [space.sh(`cat ${AT}/p/token; echo; exec sleep 1000`, { volumeMounts: [mount('p', '/p')] })],
      volumes: [{ name: 'p', projected: { sources } }],
    });
    const [token] = await space.logUntil('pod', /\n/);
    const { status } = await review(space, token!);
    assert.equal(status.authenticated, true, JSON.stringify(status));
    assert.deepEqual(status.user.extra['authentication.kubernetes.io/pod-uid'], [space.pod('pod')!.metadata.uid]);
    await space.delete('pod', { gracePeriodSeconds: 0 });
    await space.gone('pod');
    await eventually('the token is refused', async () => {
      const after = await review(space, token!);
      assert.notEqual(after.status.authenticated, true);
    });
  });

  it('renews a token at 80 % of its life', async (t) => {
    const slow = process.env.CONTRACT_SLOW === '1';
    if (unless(t, slow, 'a token lives ten minutes at least: eight to wait; CONTRACT_SLOW=1 does')) return;
    const space = await (await cluster).space(t);
    const sources = [{ serviceAccountToken: { path: 'token', expirationSeconds: 600 } }];
    const script = `while :; do t=$(cat ${AT}/p/token); [ "$t" = "$old" ] || echo "$t"; old=$t; sleep 1; done`;
    await space.create({
      containers: [space.sh(script, { volumeMounts: [mount('p', '/p')] })],
      volumes: [{ name: 'p', projected: { sources } }],
    });
    const first = (await space.logUntil('pod', /\n/))[0]!;
    const second = await space.laterLine('pod', 1, 660_000);
    const claims = (token: string): Json => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());
    const [before, after] = [claims(first), claims(second)];
    const ageS = after.iat - before.iat;
    assert.ok(ageS >= 0.8 * 600 - 30 && ageS < 600, `the second token is ${ageS} s younger`);
    assert.equal((await review(space, second)).status.authenticated, true);
  });
});
