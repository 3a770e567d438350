import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { type Cluster, connect } from '#chaos/cli/cluster/connect.ts';
import { wardensOf } from '#chaos/cli/cluster/wardens.ts';
import { badInputs } from './support/bad-input.ts';
import { type CliEvent, folder, run, scenario } from './support/cli.ts';
import { readReports } from './support/reports.ts';

const { KUBECONFIG: kubeconfig } = process.env;
if (!kubeconfig) {
  throw new FaultflixError('could-not-run', 'these tests need a cluster', {
    expected: 'KUBECONFIG',
    todo: 'npm test -- e2e starts one',
  });
}
const on = ['--kubeconfig', kubeconfig];
const cwd = await folder();
let cluster: Cluster;

before(async () => {
  cluster = await connect({ kubeconfig });
});
after(async () => {
  cluster.close();
  await cwd[Symbol.asyncDispose]();
});

const faultflix = (...argv: string[]) => run([...argv, ...on], cwd.path);
const verdictOf = (events: readonly CliEvent[]) => events.find(({ type }) => type === 'verdict');
const experiments = async (): Promise<number> => {
  const { events } = await faultflix('status');
  return (events.find(({ type }) => type === 'status')!.experiments as unknown[]).length;
};

describe('a cluster that is not ours', () => {
  it('is refused by every command that acts on one, with what to do', async () => {
    for (const argv of [['run', scenario('short')], ['status'], ['heal']]) {
      const { exitCode, stderr } = await faultflix(...argv);
      assert.equal(exitCode, 3, stderr);
      assert.match(stderr, /Faultflix is not on this cluster[\s\S]*start --kubeconfig/);
    }
  });
});

describe('a run without targets', () => {
  it('deploys, is inconclusive (5), and says so in every report', async () => {
    const { exitCode, events, stderr } = await faultflix('start', '--scenario', scenario('no-targets'));
    assert.equal(exitCode, 5, stderr);
    assert.equal(verdictOf(events)?.outcome, 'inconclusive');
    const { junit, html } = await readReports(verdictOf(events)!.report as string);
    assert.match(junit, /<error message="inconclusive/);
    assert.match(html, /No target was hit/);
  });

  it('leaves a platform that is ready', async () => {
    const { exitCode, events } = await faultflix('status');
    assert.equal(exitCode, 0);
    assert.equal(events.find(({ type }) => type === 'status')?.ready, true);
  });
});

describe('bad input', () => {
  for (const { what, text, path } of badInputs) {
    it(`${what} is refused with 2: file, place, what was expected and what came`, async () => {
      const file = join(cwd.path, 'bad.yaml');
      await writeFile(file, text);
      try {
        const { exitCode, events } = await faultflix('run', file);
        assert.equal(exitCode, 2);
        const { error } = events.find(({ type }) => type === 'error') as unknown as { error: Record<string, string> };
        assert.ok(error.where?.includes('bad.yaml'), JSON.stringify(error));
        if (path) assert.ok(error.where?.includes(path), `${path} in ${error.where}`);
        assert.ok(error.expected && error.received, JSON.stringify(error));
      } finally {
        await rm(file);
      }
    });
  }

  it('is no file', async () => assert.equal((await faultflix('run', 'no-such-file.yaml')).exitCode, 2));
  it('is a seed that is none', async () => {
    assert.equal((await faultflix('run', scenario('short'), '--seed', 'lucky')).exitCode, 2);
  });
  it('makes no Experiment and injects nothing', async () => {
    assert.equal(await experiments(), 1, 'only the one of the run without targets');
    assert.deepEqual(await toxics(), []);
  });
});

describe('a run that must deviate', () => {
  it('deviates (1), and the reports name what failed', async () => {
    const { exitCode, events, stderr } = await faultflix('run', scenario('must-deviate'));
    assert.equal(exitCode, 1, stderr);
    assert.equal(verdictOf(events)?.outcome, 'deviated');
    const { junit, record } = await readReports(verdictOf(events)!.report as string);
    assert.match(junit, /<failure message="deviated/);
    assert.ok(
      record.experiment.status.verdict!.potency.every(({ potent }) => potent),
      'the faults were real',
    );
  });

  it('left nothing in the network', async () => {
    assert.deepEqual(await toxics(), []);
    const { exitCode, events, stderr } = await faultflix('heal');
    assert.equal(exitCode, 0, stderr);
    assert.equal(events.find(({ type }) => type === 'healed')?.removed, 0);
  });
});

describe('viewers that cannot start', () => {
  it('make a run inconclusive (5), and nothing is injected', async () => {
    const { exitCode, events, stderr } = await faultflix('run', scenario('no-viewers'));
    assert.equal(exitCode, 5, stderr);
    const { record, html } = await readReports(verdictOf(events)!.report as string);
    assert.deepEqual(
      record.experiment.status.marks.filter(({ injectedMs }) => injectedMs !== undefined),
      [],
    );
    assert.match(html, /No data/);
  });
});

describe('the same seed', () => {
  it('can be run again under a fresh name, and holds again', async () => {
    const first = await faultflix('run', scenario('short'));
    const second = await faultflix('run', scenario('short'));
    const names = [first, second].map(({ events }) => events.find(({ type }) => type === 'experiment')?.name);
    assert.deepEqual(names, ['short', 'short-2']);
    for (const { exitCode, stderr } of [first, second]) assert.equal(exitCode, 0, stderr);
  });
});

/** What faults left, asked of every warden. */
async function toxics(): Promise<readonly unknown[]> {
  const each = await Promise.all((await wardensOf(cluster.http)).map((warden) => warden.toxics()));
  return each.flatMap(({ toxics: left, unknown }) => [...left, ...unknown]);
}
