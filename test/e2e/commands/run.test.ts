/** The commands on a cluster that stands; at first Faultflix is not on it. Nothing here asks whether a run holds. */
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { badInputs } from '../support/bad-input.ts';
import { scenario } from '../support/cli.ts';
import { onCluster, verdictOf } from '../support/on-cluster.ts';
import { readReports } from '../support/reports.ts';
import { victimsOf } from '../support/victims.ts';

const on = await onCluster();
const experiments = async (): Promise<number> => {
  const { events } = await on.run('status');
  return (events.find(({ type }) => type === 'status')!.experiments as unknown[]).length;
};

describe('a cluster that is not ours', () => {
  it('is refused by every command that acts on one, with what to do', async () => {
    for (const argv of [['run', scenario('short')], ['status'], ['heal']]) {
      const { exitCode, stderr } = await on.run(...argv);
      assert.equal(exitCode, 3, stderr);
      assert.match(stderr, /Faultflix is not on this cluster[\s\S]*start --kubeconfig/);
    }
  });
});

describe('a run without targets', () => {
  it('deploys, is inconclusive (5), and says so in every report', async () => {
    const { exitCode, events, stderr } = await on.run('start', '--scenario', scenario('no-targets'));
    assert.equal(exitCode, 5, stderr);
    assert.equal(verdictOf(events)?.outcome, 'inconclusive');
    const { junit, html } = await readReports(verdictOf(events)!.report as string);
    assert.match(junit, /<error message="inconclusive/);
    assert.match(html, /No target was hit/);
  });

  it('leaves a platform that is ready', async () => {
    const { exitCode, events } = await on.run('status');
    assert.equal(exitCode, 0);
    assert.equal(events.find(({ type }) => type === 'status')?.ready, true);
  });
});

describe('bad input', { concurrency: 2 }, () => {
  for (const [n, { what, text, path }] of badInputs.entries()) {
    it(`${what} is refused with 2: file, place, what was expected and what came`, async () => {
      const file = join(on.cwd, `bad-${n}.yaml`);
      await writeFile(file, text);
      try {
        const { exitCode, events } = await on.run('run', file);
        assert.equal(exitCode, 2);
        const { error } = events.find(({ type }) => type === 'error') as unknown as { error: Record<string, string> };
        assert.ok(error.where?.includes(`bad-${n}.yaml`), JSON.stringify(error));
        if (path) assert.ok(error.where?.includes(path), `${path} in ${error.where}`);
        assert.ok(error.expected && error.received, JSON.stringify(error));
      } finally {
        await rm(file);
      }
    });
  }

  it('is no file', async () => assert.equal((await on.run('run', 'no-such-file.yaml')).exitCode, 2));
  it('is a seed that is none', async () => {
    assert.equal((await on.run('run', scenario('short'), '--seed', 'lucky')).exitCode, 2);
  });
});

describe('after bad input', () => {
  it('there is no Experiment of it, and nothing is injected', async () => {
    assert.equal(await experiments(), 1, 'only the one of the run without targets');
    assert.deepEqual(await on.toxics(), []);
  });
});

describe('viewers that cannot start', () => {
  it('make a run inconclusive (5), and nothing is injected', async () => {
    const { exitCode, events, stderr } = await on.run('run', scenario('no-viewers'));
    assert.equal(exitCode, 5, stderr);
    const { record, html } = await readReports(verdictOf(events)!.report as string);
    assert.deepEqual(
      record.experiment.status.marks.filter(({ injectedMs }) => injectedMs !== undefined),
      [],
    );
    assert.match(html, /No data/);
  });
});

describe('the same seed', { timeout: 5 * 60_000 }, () => {
  it('can be run again under a fresh name, and hits the same', async () => {
    const runs = [await on.run('run', scenario('no-load')), await on.run('run', scenario('no-load'))];
    const names = runs.map(({ events }) => events.find(({ type }) => type === 'experiment')?.name);
    assert.deepEqual(names, ['no-load', 'no-load-2']);
    const [first, second] = await Promise.all(
      runs.map(async ({ events, stderr }) => {
        const { record } = await readReports(verdictOf(events)!.report as string);
        const { status } = record.experiment;
        assert.ok(
          status.verdict!.potency.every(({ potent, residue }) => potent && residue === 'none'),
          stderr,
        );
        return victimsOf(status);
      }),
    );
    assert.equal(first!.length, 3);
    assert.deepEqual(second, first);
  });
});
