import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { selfSigned } from '#test/support/self-signed.ts';
import { testCluster } from './support/cluster.ts';
import { HELD, letGo } from './support/held.ts';
import { condition, eventually, isReady, type Pod, statusOf } from './support/space.ts';

const cluster = testCluster();
const AT = '$FAULTFLIX_ROOT';
const volumes = [{ name: 'e', emptyDir: {} }];
const volumeMounts = [{ name: 'e', mountPath: '/e' }];
const timeOf = (text: string) => Date.parse(text);
const exec = (script: string) => ({ command: ['sh', '-c', script] });
const restarted = (pod: Pod) => statusOf(pod)?.restartCount === 1 && statusOf(pod).state.running;
/** Whether the pod was seen running and not ready before it was ready. */
const wasUnreadyFirst = (history: readonly Pod[]) => {
  const first = history.findIndex(isReady);
  return history.slice(0, first).some((pod) => statusOf(pod)?.state.running && !statusOf(pod).ready);
};

describe('readiness probes', { concurrency: 4 }, () => {
  it('http: ready while the answer is 200 to 399, not ready after failureThreshold others, and ready again', async (t) => {
    const space = await (await cluster).space(t);
    const script = `let n = 0;
      require('http').createServer((q, r) => { n++; r.writeHead(n > 2 && n < 7 ? 503 : 204).end(); }).listen(8080, HOST);`;
    const readinessProbe = { httpGet: { port: 'web', path: '/ready' }, periodSeconds: 1, failureThreshold: 2 };
    const ports = [{ name: 'web', containerPort: 8080 }];
    await space.create({ containers: [space.node(script, { readinessProbe, ports })] });
    await space.ready('pod');
    const unready = await space.until(
      'pod',
      'not ready',
      (pod) => condition(pod, 'Ready')?.status === 'False' && statusOf(pod).state.running,
    );
    assert.equal(condition(unready, 'ContainersReady').reason, 'ContainersNotReady');
    assert.equal(statusOf(unready).started, true);
    const again = await space.ready('pod');
    assert.equal(statusOf(again).restartCount, 0);
    assert.ok(
      timeOf(condition(again, 'Ready').lastTransitionTime) >= timeOf(condition(unready, 'Ready').lastTransitionTime),
    );
  });

  it('https: whatever the certificate; with the headers that are asked for', async (t) => {
    const space = await (await cluster).space(t);
    const { key, cert } = await selfSigned('127.0.0.1');
    const env = [
      { name: 'KEY', value: key },
      { name: 'CERT', value: cert },
    ];
    const script = `require('https').createServer({ key: process.env.KEY, cert: process.env.CERT }, (q, r) => {
      console.log(q.headers['x-asked'], q.url); r.writeHead(q.headers['x-asked'] === 'yes' ? 200 : 500).end(); }).listen(8443, HOST);`;
    const httpHeaders = [{ name: 'X-Asked', value: 'yes' }];
    const readinessProbe = {
      httpGet: { scheme: 'HTTPS', port: 8443, path: '/deep?q=1', httpHeaders },
      periodSeconds: 1,
    };
    await space.create({ containers: [space.node(script, { env, readinessProbe })] });
    await space.ready('pod');
    assert.match(await space.log('pod'), /^yes \/deep\?q=1$/m);
  });

  it('tcp: ready once somebody listens', async (t) => {
    const space = await (await cluster).space(t);
    const script = `setTimeout(() => require('net').createServer((s) => s.end()).listen(9000, HOST), 1500);`;
    await space.create({
      containers: [space.node(script, { readinessProbe: { tcpSocket: { port: 9000 }, periodSeconds: 1 } })],
    });
    await space.ready('pod');
    assert.ok(wasUnreadyFirst(space.history));
  });

  it('grpc: ready when the health service says SERVING for the named service, and only then', async (t) => {
    const space = await (await cluster).space(t);
    // grpc.health.v1.Health/Check by hand: 1 is SERVING, 2 NOT_SERVING.
    const script = `require('http2').createServer().on('stream', (s, h) => {
      let all = Buffer.alloc(0);
      s.on('data', (c) => { all = Buffer.concat([all, c]); });
      s.on('end', () => {
        const service = all.subarray(7).toString();
        console.log(h[':path'], service);
        s.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
        s.on('wantTrailers', () => s.sendTrailers({ 'grpc-status': '0' }));
        s.end(Buffer.from([0, 0, 0, 0, 2, 8, service === 'good' ? 1 : 2]));
      });
    }).listen(9090, HOST);`;
    const probe = (service: string) => ({ grpc: { port: 9090, service }, periodSeconds: 1 });
    await space.create({ name: 'good', containers: [space.node(script, { readinessProbe: probe('good') })] });
    await space.create({ name: 'bad', containers: [space.node(script, { readinessProbe: probe('bad') })] });
    await space.ready('good');
    await space.logUntil('bad', /Health\/Check bad/);
    await eventually('an event tells that it is not serving', async () => {
      const { items } = await space.get('events', { fieldSelector: 'involvedObject.name=bad,reason=Unhealthy' });
      assert.match(items.map((event: { message: string }) => event.message).join(), /unhealthy|NOT_SERVING/i);
    });
    assert.equal(isReady(space.pod('bad')!), false);
  });

  it('exec: ready when the command exits with 0; the initial delay is waited for', async (t) => {
    const space = await (await cluster).space(t);
    const readinessProbe = { exec: exec(`[ -e ${AT}/e/ok ]`), initialDelaySeconds: 2, periodSeconds: 1 };
    await space.create({
      containers: [space.sh(`touch ${AT}/e/ok; exec sleep 1000`, { readinessProbe, volumeMounts })],
      volumes,
    });
    const pod = await space.ready('pod');
    const delayMs = timeOf(condition(pod, 'Ready').lastTransitionTime) - timeOf(statusOf(pod).state.running.startedAt);
    // Times of the API are whole seconds.
    assert.ok(delayMs >= 1_000, `ready ${delayMs} ms after the start`);
    assert.ok(wasUnreadyFirst(space.history));
  });

  it('takes a command that outlasts the timeout for a failure', async (t) => {
    const space = await (await cluster).space(t);
    const readinessProbe = { exec: exec('sleep 5'), timeoutSeconds: 1, periodSeconds: 1 };
    await space.create({ containers: [space.sh('exec sleep 1000', { readinessProbe })] });
    await eventually('an event tells of the timeout', async () => {
      const { items } = await space.get('events', { fieldSelector: 'involvedObject.name=pod,reason=Unhealthy' });
      assert.match(items[0].message, /Readiness probe.*timed out/i);
    });
    assert.equal(isReady(space.pod('pod')!), false);
  });

  it('readiness gates: ready only when all conditions are true that others set', async (t) => {
    const space = await (await cluster).space(t);
    const conditionType = 'example.com/balanced';
    await space.create({ readinessGates: [{ conditionType }], containers: [space.sh('exec sleep 1000')] });
    const waiting = await space.until(
      'pod',
      'containers ready',
      (pod) => condition(pod, 'ContainersReady')?.status === 'True',
    );
    assert.deepEqual(
      [condition(waiting, 'Ready').status, condition(waiting, 'Ready').reason],
      ['False', 'ReadinessGatesNotReady'],
    );
    const set = (status: string) =>
      space.cluster.http.json({
        method: 'PATCH',
        path: space.path('pods/pod/status'),
        contentType: 'application/strategic-merge-patch+json',
        body: { status: { conditions: [{ type: conditionType, status }] } },
      });
    await set('True');
    const pod = await space.ready('pod');
    assert.equal(condition(pod, conditionType).status, 'True');
    await set('False');
    await space.until('pod', 'not ready again', (seen) => !isReady(seen));
  });
});

describe('liveness and startup probes', { concurrency: 4 }, () => {
  it('liveness: restarts a container after failureThreshold failures, not before', async (t) => {
    const space = await (await cluster).space(t);
    const script = `require('http').createServer((q, r) => { console.log('asked'); r.writeHead(500).end(); }).listen(8080, HOST);`;
    const livenessProbe = { httpGet: { port: 8080 }, periodSeconds: 1, failureThreshold: 3, initialDelaySeconds: 1 };
    await space.create({ restartPolicy: 'Always', containers: [space.node(script, { livenessProbe })] });
    const pod = await space.until('pod', 'restarted', restarted);
    assert.ok(statusOf(pod).lastState.terminated.exitCode > 0);
    const asked = (await space.log('pod', { previous: true })).match(/asked/g)?.length ?? 0;
    assert.ok(asked >= 2, `asked ${asked} times before the restart`);
    const { message } = await space.event('pod', 'Killing');
    assert.match(message, /Container main failed liveness probe, will be restarted/);
  });

  it('liveness: leaves a container alone whose probe succeeds', async (t) => {
    const space = await (await cluster).space(t);
    const livenessProbe = { exec: exec(`echo x >> ${AT}/e/asked`), periodSeconds: 1, failureThreshold: 1 };
    const script = `while [ $(wc -l < ${AT}/e/asked 2>/dev/null || echo 0) -lt 4 ]; do sleep 0.1; done; exit 0`;
    await space.create({ containers: [space.sh(script, { livenessProbe, volumeMounts })], volumes });
    const pod = await space.ended('pod');
    assert.deepEqual([pod.status.phase, statusOf(pod).restartCount], ['Succeeded', 0]);
  });

  it('startup: keeps the liveness probe away until it has passed', async (t) => {
    const space = await (await cluster).space(t);
    const up = exec(`[ -e ${AT}/e/up ]`);
    await space.create({
      containers: [
        space.sh(`${HELD}; touch ${AT}/e/up; exec sleep 1000`, {
          startupProbe: { exec: up, periodSeconds: 1, failureThreshold: 300 },
          livenessProbe: { exec: up, periodSeconds: 1, failureThreshold: 1 },
          volumeMounts,
        }),
      ],
      volumes,
    });
    const before = await space.until('pod', 'running', (seen) => statusOf(seen)?.state.running);
    assert.deepEqual([statusOf(before).started, statusOf(before).ready], [false, false]);
    await letGo(space, 'pod');
    const pod = await space.ready('pod');
    assert.deepEqual([statusOf(pod).started, statusOf(pod).restartCount], [true, 0]);
  });

  it('startup: restarts a container that does not start in time', async (t) => {
    const space = await (await cluster).space(t);
    const startupProbe = { tcpSocket: { port: 9 }, periodSeconds: 1, failureThreshold: 2 };
    await space.create({ restartPolicy: 'Always', containers: [space.sh('exec sleep 1000', { startupProbe })] });
    await space.until('pod', 'restarted', (pod) => statusOf(pod)?.restartCount === 1);
    const { message } = await space.event('pod', 'Killing');
    assert.match(message, /failed startup probe/);
  });

  it('postStart: the container counts as running when its hook is done, and dies with a hook that fails', async (t) => {
    const space = await (await cluster).space(t);
    const hooked = (name: string, script: string) =>
      space.create({
        name,
        containers: [space.sh(`exec sleep 1000`, { volumeMounts, lifecycle: { postStart: { exec: exec(script) } } })],
        volumes,
      });
    await hooked('good', `sleep 0.5; touch ${AT}/e/done`);
    await hooked('bad', 'exit 1');
    await space.ready('good');
    const pod = await space.ended('bad');
    assert.equal(pod.status.phase, 'Failed');
    await eventually('an event tells of the hook', async () => {
      const { items } = await space.get('events', {
        fieldSelector: 'involvedObject.name=bad,reason=FailedPostStartHook',
      });
      assert.ok(items.length > 0);
    });
  });
});
