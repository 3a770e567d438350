import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fakeApi } from '../testing/fake-api.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { connect } from './connect.ts';
import { checkChoice, locate } from './locate.ts';
import { assertOurs, ownDefinitions } from './ours.ts';
import { startSupervisor } from './supervisor.ts';
import { nodesText, parseSupervisorLine, progressText, type SupervisorEvent } from './supervisor-events.ts';
import { leftOf } from './wardens.ts';

const script = join(import.meta.dirname, '..', 'testing', 'fake-supervisor.ts');
const own = await ownDefinitions();
const none = { name: undefined, kubeconfig: undefined, context: undefined };

describe('the supervisor', () => {
  const start = (how: string, events: SupervisorEvent[] = [], clock = fakeClock()) =>
    startSupervisor({
      name: 'x',
      env: { ...process.env, FAKE: how },
      onEvent: (event) => events.push(event),
      script,
      clock,
    });

  it('tells how far it is, is ready, and ends when asked', async () => {
    const events: SupervisorEvent[] = [];
    const supervisor = start('ready', events);
    assert.equal((await supervisor.ready).kubeconfig, '/tmp/x/kubeconfig');
    await supervisor.down();
    assert.deepEqual(
      events.map(({ type }) => type),
      ['progress', 'ready', 'down'],
    );
  });

  it('gives its own error with what to do', async () => {
    const supervisor = start('error');
    await assert.rejects(supervisor.ready, { code: 'could-not-run', message: 'no tools', todo: 'install Go' });
    await supervisor.ended;
  });

  it('gives its last words when it dies', async () => {
    await assert.rejects(start('dies').ready, (error: { received: string }) =>
      /no room on the disk/.test(error.received),
    );
  });

  it('is killed when forced', async () => {
    const supervisor = start('stubborn');
    await supervisor.ready;
    const force = new AbortController();
    const down = supervisor.down(force.signal);
    force.abort();
    await down;
    assert.throws(() => process.kill(supervisor.pid, 0), { code: 'ESRCH' });
  });

  it('is killed and said to hang when it does not end in time', async () => {
    const clock = fakeClock();
    const supervisor = start('stubborn', [], clock);
    await supervisor.ready;
    const down = supervisor.down();
    const rejected = assert.rejects(down, { code: 'could-not-run' });
    await clock.advance(60_000);
    await rejected;
  });
});

it('real nodes are asked for, as many as were said', async () => {
  const supervisor = startSupervisor({
    name: 'x',
    realNodes: { count: 2 },
    env: { ...process.env, FAKE: 'ready' },
    onEvent: () => undefined,
    script,
    clock: fakeClock(),
  });
  assert.deepEqual((await supervisor.ready).nodes, ['up', '--name', 'x', '--nodes', 'containerd', '--node-count', '2']);
  await supervisor.down();
});

it('nodes are counted by their names, with the regions that they are in', () => {
  assert.equal(nodesText(['us-east-1a-1', 'us-east-1b-1', 'us-west-2a-1']), '2 regions, 3 nodes');
  assert.equal(nodesText(['node-1']), '1 node');
});

it('progress says what, how far and how long', () => {
  const event = parseSupervisorLine(
    '{"type":"progress","stage":"tools","what":"kube-apiserver","way":"build","done":120,"total":1404,"unit":"packages","etaMs":250000}',
  );
  assert.ok(event?.type === 'progress');
  assert.equal(progressText(event), 'kube-apiserver: building 120 of 1404 packages (8 %), about 4 min 10 s left');
  const bytes = { ...event, way: 'download', done: 1_500_000, total: 3_000_000, unit: 'bytes' } as const;
  assert.equal(progressText(bytes), 'kube-apiserver: downloading 1.5 of 3.0 MB (50 %), about 4 min 10 s left');
  assert.equal(parseSupervisorLine('[1'), undefined);
  assert.equal(parseSupervisorLine('null'), undefined);
});

describe('the choice of a cluster', () => {
  it('refuses what contradicts itself', () => {
    assert.throws(() => checkChoice({ ...none, name: 'a', kubeconfig: 'b' }), { code: 'bad-input' });
    assert.throws(() => checkChoice({ ...none, context: 'b' }), { code: 'bad-input' });
    assert.throws(() => checkChoice({ ...none, name: '../x' }), { code: 'bad-input' });
  });
  it('never falls back to a cluster that was not named', async () => {
    await assert.rejects(locate({ ...none, name: 'no-such-cluster' }), { code: 'could-not-run' });
  });
});

async function withKubeconfig(text: string, work: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'faultflix-test-'));
  try {
    const file = join(folder, 'kubeconfig');
    await writeFile(file, text);
    await work(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const kubeconfigOf = (server: string, ca: string) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'one',
    clusters: [{ name: 'c', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    users: [{ name: 'u', user: { token: 'secret' } }],
    contexts: [{ name: 'one', context: { cluster: 'c', user: 'u' } }],
  });

describe('a kubeconfig', () => {
  it('that is missing, no kubeconfig, or without the context is bad input', async () => {
    await assert.rejects(connect({ kubeconfig: '/no/such/file' }), { code: 'bad-input' });
    await withKubeconfig('hello', (kubeconfig) => assert.rejects(connect({ kubeconfig }), { code: 'bad-input' }));
    await withKubeconfig(kubeconfigOf('https://127.0.0.1:1', 'x'), async (kubeconfig) => {
      await assert.rejects(connect({ kubeconfig, context: 'two' }), { code: 'bad-input', expected: 'one of one' });
    });
  });

  const ours = async (answer: (path: string) => unknown) => {
    await using api = await fakeApi(({ url }) =>
      url.pathname === '/version' ? { gitVersion: 'v1' } : answer(url.pathname),
    );
    await withKubeconfig(kubeconfigOf(api.server, api.ca), async (kubeconfig) => {
      const cluster = await connect({ kubeconfig });
      try {
        await assertOurs(cluster);
      } finally {
        cluster.close();
      }
    });
  };

  it('of a cluster with our kinds is taken', async () => {
    assert.ok(own.length > 0);
    await ours((path) => own.find(({ metadata }) => path.endsWith(metadata.name)));
  });
  it('of a cluster without our kinds is refused, with what to do', async () => {
    await assert.rejects(
      ours(() => undefined),
      (error: { code: string; todo: string }) =>
        error.code === 'could-not-run' && /start --kubeconfig/.test(error.todo),
    );
  });
  it('of a cluster with older kinds is refused, with what to do', async () => {
    const older = (path: string) => {
      const copy = structuredClone(own.find(({ metadata }) => path.endsWith(metadata.name))!);
      const schema = copy.spec.versions[0]!.schema!.openAPIV3Schema as { properties: { spec: { properties: object } } };
      delete (schema.properties.spec.properties as Record<string, unknown>).seed;
      return copy;
    };
    await assert.rejects(
      ours(older),
      (error: { message: string; todo: string }) =>
        /another version/.test(error.message) && /deploys this version/.test(error.todo),
    );
  });
  it('of a cluster that does not answer is refused, with what to do', async () => {
    await withKubeconfig(kubeconfigOf('https://127.0.0.1:1', 'x'), async (kubeconfig) => {
      const cluster = await connect({ kubeconfig });
      await assert.rejects(assertOurs(cluster), { code: 'could-not-run', message: 'the cluster does not answer' });
      cluster.close();
    });
  });
});

it('what wardens see is sorted into what faults left, and what is not known', () => {
  const toxic = (name: string) => ({
    name,
    type: 'latency',
    stream: 'downstream' as const,
    toxicity: 1,
    attributes: {},
  });
  const pod = (name: string, sidecar: 'up' | 'unknown', toxics: ReturnType<typeof toxic>[]) => ({
    podUid: `uid-${name}`,
    namespace: 'us-east-1',
    name,
    podIp: '10.1.1.1',
    sidecar,
    proxies: [{ name: 'p', enabled: true, toxics }],
  });
  const left = leftOf({
    node: 'n',
    pods: [pod('a', 'up', [toxic('distance-upstream'), toxic('ff.1a.0.99')]), pod('b', 'unknown', [])],
  });
  assert.deepEqual(left, {
    toxics: [{ podUid: 'uid-a', pod: 'us-east-1/a', proxy: 'p', name: 'ff.1a.0.99' }],
    unknown: ['us-east-1/b'],
  });
});
