import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, it } from 'node:test';
import { systemClock } from '#base/clock.ts';
import { labels } from '#base/names.ts';
import { repository } from '../repository.ts';
import { outputTo } from '../terminal/output.ts';
import { fakeApi } from '../testing/fake-api.ts';
import { planOn, showPlan } from './dry-run.ts';
import { readScenario } from './scenario.ts';

const file = join(repository, 'scenarios', 'first-light.yaml');
const podsOf = (namespace: string, service: string, replicas: number) =>
  Array.from({ length: replicas }, (_, n) => ({
    metadata: {
      name: `${service}-${n}`,
      namespace,
      uid: `${namespace}/${service}-${n}`,
      resourceVersion: '1',
      labels: { [labels.service]: service, [labels.partOf]: 'faultflix', [labels.chaosOptIn]: 'enabled' },
    },
    spec: { nodeName: 'n', containers: [] },
    status: { phase: 'Running', podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'True' }] },
  }));

async function planned(replicas: number, seed = '1') {
  const scenario = await readScenario(file, { seed, viewers: undefined });
  await using api = await fakeApi(({ method, url, response }) => {
    assert.equal(method, 'GET', 'a dry run changes nothing');
    if (url.searchParams.has('watch')) {
      response.writeHead(200).flushHeaders();
      return 'written';
    }
    const metadata = { resourceVersion: '1' };
    const [, namespace, collection] = /namespaces\/([^/]+)\/(\w+)$/.exec(url.pathname) ?? [];
    const service = /=(.*)$/.exec(url.searchParams.get('labelSelector') ?? '')?.[1] ?? '';
    const serves = collection === 'pods' && namespace?.startsWith('us-');
    return { metadata, items: serves ? podsOf(namespace!, service, replicas) : [] };
  });
  const cluster = { http: api.http, server: api.server, kubeconfig: 'f', exec: () => assert.fail(), close() {} };
  const plan = await planOn(cluster, scenario);
  let said = '';
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      said += chunk;
      done();
    },
  }) as never;
  const out = outputTo({ stdout, stderr: stdout, env: {}, clock: systemClock, json: false });
  return { plan, exitCode: showPlan(plan, scenario, out), said };
}

describe('a dry run', () => {
  it('names victims of both regions, the marks and the timeline, and changes nothing', async () => {
    const { plan, exitCode, said } = await planned(2);
    assert.equal(exitCode, 0, said);
    assert.deepEqual(
      plan.marks.map(({ fault }) => fault),
      ['pod-kill', 'pod-kill', 'latency'],
    );
    assert.deepEqual(
      plan.marks
        .slice(0, 2)
        .map(({ target }) => target.namespace)
        .sort(),
      ['us-east-1', 'us-west-2'],
    );
    for (const { target } of plan.marks) assert.ok(said.includes(`${target.namespace}/${target.name}`));
    assert.match(said, /nothing was applied/);
  });

  it('chooses the same for the same seed, and not the same for every seed', async () => {
    const victims = async (seed: string) =>
      JSON.stringify((await planned(2, seed)).plan.marks.map(({ target }) => target.uid));
    const first = await victims('1');
    assert.equal(await victims('1'), first);
    const others = await Promise.all(['2', '3', '4', '5', '6', '7'].map(victims));
    assert.ok(others.some((other) => other !== first));
  });

  it('ends as the run would when nobody is there: refused, with the reason', async () => {
    const { exitCode, said } = await planned(0);
    assert.equal(exitCode, 5);
    assert.match(said, /nothing would be injected: method\[0\] pod-kill on playback/);
  });
});
