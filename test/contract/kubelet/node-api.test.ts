import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testCluster } from './support/cluster.ts';
import { askKubelet, kubeletAddress } from './support/kubelet-api.ts';
import { condition, type Json } from './support/space.ts';

const cluster = testCluster();

describe('the kubelet’s own port', { concurrency: 4 }, () => {
  it('says that it is well, and how it is set', async () => {
    const own = await cluster;
    const [node] = own.nodes;
    assert.equal((await askKubelet(own, node!, '/healthz')).trim(), 'ok');
    const { kubeletconfig } = JSON.parse(await askKubelet(own, node!, '/configz'));
    assert.match(kubeletconfig.containerLogMaxSize, /^\d+[KMG]i$/);
    assert.equal(kubeletconfig.authentication.anonymous.enabled, false);
  });

  it('lists the pods that it has, with their status', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [space.sh('exec sleep 1000')] });
    const { metadata, spec } = await space.ready('pod');
    const { kind, items } = JSON.parse(await askKubelet(space.cluster, spec.nodeName, '/pods'));
    assert.equal(kind, 'PodList');
    const found = items.find((pod: Json) => pod.metadata.uid === metadata.uid);
    assert.ok(found, items.map((pod: Json) => pod.metadata.name).join());
    assert.equal(condition(found, 'Ready').status, 'True');
  });

  it('answers nobody who does not say who he is', async (t) => {
    const space = await (await cluster).space(t);
    const node = space.cluster.nodes[0]!;
    const { host, port } = await kubeletAddress(space.cluster, node);
    const paths = ['/pods', '/configz', `/containerLogs/${space.name}/pod/main`];
    const script = `const https = require('node:https');
      (async () => { for (const path of ${JSON.stringify(paths)}) await new Promise((done) => https.get({ host: '${host}', port: ${port}, path, rejectUnauthorized: false }, (answer) => { console.log(answer.statusCode); answer.resume().on('end', done); }).on('error', (error) => { console.log(error.message); done(); })); })();`;
    await space.create({ nodeName: node, containers: [space.node(script)] });
    await space.ended('pod');
    assert.equal(await space.log('pod'), '401\n401\n401\n');
  });
});

describe('names in a pod', { concurrency: 4 }, () => {
  const AT = '$FAULTFLIX_ROOT';

  it('/etc/hosts has the pod’s own name and its hostAliases', async (t) => {
    const space = await (await cluster).space(t);
    const hostAliases = [
      { ip: '10.1.2.3', hostnames: ['one.example', 'two.example'] },
      { ip: '10.1.2.4', hostnames: ['three.example'] },
    ];
    const { log, pod } = await space.run(`cat ${AT}/etc/hosts`, { hostname: 'h', subdomain: 's', hostAliases });
    const lines = log.split('\n').map((line) => line.split(/\s+/).join(' '));
    for (const line of ['10.1.2.3 one.example two.example', '10.1.2.4 three.example'])
      assert.ok(lines.includes(line), log);
    const { podIP } = pod.status;
    // The cluster's domain is the kubelet's setting; it may have none.
    const own = new RegExp(`^${podIP} h\\.s\\.${space.name}\\.svc\\.\\S* h$`);
    assert.ok(
      lines.some((line) => own.test(line)),
      log,
    );
    assert.ok(lines.some((line) => line.startsWith('127.0.0.1 localhost')));
  });

  it('/etc/resolv.conf is what dnsPolicy None says', async (t) => {
    const space = await (await cluster).space(t);
    const { log } = await space.run(`cat ${AT}/etc/resolv.conf`, {
      dnsPolicy: 'None',
      dnsConfig: {
        nameservers: ['192.0.2.1', '192.0.2.2'],
        searches: ['a.example', 'b.example'],
        options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }],
      },
    });
    const [options, ...others] = log.trim().split('\n').reverse();
    assert.deepEqual(others, ['nameserver 192.0.2.2', 'nameserver 192.0.2.1', 'search a.example b.example']);
    // Options have no order.
    assert.deepEqual(options!.split(' ').sort(), ['edns0', 'ndots:2', 'options']);
  });

  it('HOSTNAME is the hostname that is asked for, the pod’s name else', async (t) => {
    const space = await (await cluster).space(t);
    const asked = await space.run('echo $HOSTNAME', { name: 'a', hostname: 'other' });
    const plain = await space.run('echo $HOSTNAME', { name: 'b' });
    assert.deepEqual([asked.log, plain.log], ['other\n', 'b\n']);
  });
});
