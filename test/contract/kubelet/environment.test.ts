import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testCluster } from './support/cluster.ts';
import { statusOf } from './support/space.ts';

const cluster = testCluster();
const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
const linesOf = (log: string) =>
  Object.fromEntries(
    log
      .trim()
      .split('\n')
      .map((line) => line.split(/=(.*)/s).slice(0, 2)),
  );

describe('environment', { concurrency: 4 }, () => {
  it('expands references to earlier variables, keeps escaped and unknown ones, in command and args too', async (t) => {
    const space = await (await cluster).space(t);
    const { log } = await space.run('', {
      container: {
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '$(A)-2' },
          { name: 'C', value: '$$(A)' },
          { name: 'D', value: '$(NOPE)' },
          { name: 'E', value: '$$$(A)' },
        ],
        command: ['sh', '-c', 'echo "$B|$C|$D|$E|$1"', 'sh'],
        args: ['$(B)!$$(B)'],
      },
    });
    assert.equal(log.trim(), '1-2|$(A)|$(NOPE)|$1|1-2!$(B)');
  });

  it('gives the fields of the downward API', async (t) => {
    const space = await (await cluster).space(t);
    const { pod, log } = await space.run('env | grep ^F_', {
      labels: { colour: 'blue' },
      annotations: { 'example.com/note': 'two words' },
      container: {
        env: [
          field('F_NAME', 'metadata.name'),
          field('F_NAMESPACE', 'metadata.namespace'),
          field('F_UID', 'metadata.uid'),
          field('F_LABEL', "metadata.labels['colour']"),
          field('F_NOTE', "metadata.annotations['example.com/note']"),
          field('F_NODE', 'spec.nodeName'),
          field('F_ACCOUNT', 'spec.serviceAccountName'),
          field('F_HOST', 'status.hostIP'),
          field('F_IP', 'status.podIP'),
        ],
      },
    });
    assert.deepEqual(linesOf(log), {
      F_NAME: 'pod',
      F_NAMESPACE: space.name,
      F_UID: pod.metadata.uid,
      F_LABEL: 'blue',
      F_NOTE: 'two words',
      F_NODE: pod.spec.nodeName,
      F_ACCOUNT: 'default',
      F_HOST: pod.status.hostIP,
      F_IP: pod.status.podIP,
    });
  });

  it('gives requests and limits in units of the divisor, and what the node has for a limit that is not set', async (t) => {
    const space = await (await cluster).space(t);
    const resource = (name: string, resource: string, divisor?: string) => ({
      name,
      valueFrom: { resourceFieldRef: { resource, ...(divisor ? { divisor } : {}) } },
    });
    const { log } = await space.run('env | grep ^R_', {
      container: {
        resources: { requests: { cpu: '100m', memory: '16Mi' }, limits: { memory: '64Mi' } },
        env: [
          resource('R_CPU_MILLI', 'requests.cpu', '1m'),
          resource('R_CPU_CORES', 'requests.cpu'),
          resource('R_MEMORY', 'limits.memory', '1Mi'),
          resource('R_MEMORY_BYTES', 'requests.memory'),
          resource('R_NODE_CORES', 'limits.cpu'),
        ],
      },
    });
    const { R_NODE_CORES, ...rest } = linesOf(log);
    assert.deepEqual(rest, {
      R_CPU_MILLI: '100',
      R_CPU_CORES: '1',
      R_MEMORY: '64',
      R_MEMORY_BYTES: String(16 * 2 ** 20),
    });
    assert.ok(Number(R_NODE_CORES) >= 1, `cores of the node: ${R_NODE_CORES}`);
  });

  it('takes values and whole sets from ConfigMaps and Secrets, and leaves out what is optional and missing', async (t) => {
    const space = await (await cluster).space(t);
    await space.post('/api/v1', 'configmaps', { metadata: { name: 'plain' }, data: { one: '1', two: '2' } });
    await space.post('/api/v1', 'secrets', { metadata: { name: 'hidden' }, stringData: { word: 'sésame' } });
    const { log } = await space.run('env | grep ^X_', {
      container: {
        envFrom: [
          { prefix: 'X_C_', configMapRef: { name: 'plain' } },
          { prefix: 'X_S_', secretRef: { name: 'hidden' } },
          { prefix: 'X_N_', configMapRef: { name: 'nowhere', optional: true } },
        ],
        env: [
          { name: 'X_KEY', valueFrom: { configMapKeyRef: { name: 'plain', key: 'two' } } },
          { name: 'X_WORD', valueFrom: { secretKeyRef: { name: 'hidden', key: 'word' } } },
          { name: 'X_NONE', valueFrom: { secretKeyRef: { name: 'hidden', key: 'none', optional: true } } },
          { name: 'X_BOTH', value: '$(X_KEY)$(X_C_one)' },
          { name: 'X_C_one', value: 'own' },
        ],
      },
    });
    assert.deepEqual(linesOf(log), {
      X_C_one: 'own',
      X_C_two: '2',
      X_S_word: 'sésame',
      X_KEY: '2',
      X_WORD: 'sésame',
      X_BOTH: '21',
    });
  });

  it('waits with CreateContainerConfigError for a missing ConfigMap and starts when it comes', async (t) => {
    const space = await (await cluster).space(t);
    const env = [{ name: 'LATE', valueFrom: { configMapKeyRef: { name: 'late', key: 'k' } } }];
    await space.create({ containers: [space.sh('echo got $LATE', { env })] });
    const waiting = await space.until(
      'pod',
      'a config error',
      (pod) => statusOf(pod)?.state.waiting?.reason === 'CreateContainerConfigError',
    );
    assert.match(statusOf(waiting).state.waiting.message, /configmap "late" not found/);
    assert.equal(waiting.status.phase, 'Pending');
    await space.post('/api/v1', 'configmaps', { metadata: { name: 'late' }, data: { k: 'it' } });
    await space.ended('pod');
    assert.equal((await space.log('pod')).trim(), 'got it');
  });

  it('tells where the API server is', async (t) => {
    const space = await (await cluster).space(t);
    const { log } = await space.run('echo "$KUBERNETES_SERVICE_HOST $KUBERNETES_SERVICE_PORT"');
    assert.match(log, /^\S+ \d+\n$/);
  });

  it('gives nothing of the environment in which the cluster was started', async (t) => {
    const space = await (await cluster).space(t);
    const { log } = await space.run('env');
    const names = Object.keys(linesOf(log));
    assert.ok(names.includes('PATH') && names.includes('HOME') && names.includes('HOSTNAME'), names.join(' '));
    const leaked = names.filter((name) =>
      /^(npm_|KUBECONFIG$|NODE_(OPTIONS|TEST_CONTEXT)$|USER$|SHELL$|SSH_|OLDPWD$)/.test(name),
    );
    assert.deepEqual(leaked, []);
  });

  it('runs in the working directory that is asked for', async (t) => {
    const space = await (await cluster).space(t);
    const { log } = await space.run('pwd', { container: { workingDir: '/tmp' } });
    assert.equal(log.trim(), '/tmp');
  });
});
