/** `start --once` that is stopped or killed, on clusters of its own: nothing is left, and a start after it works. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { folder, scenario, start } from '../support/cli.ts';
import { leftBy, processesOf } from '../support/left.ts';
import { readReports } from '../support/reports.ts';

const name = `stopped-${process.pid}`;
const once = ['start', '--once', '--name', name, '--scenario', scenario('no-load')];

describe('a start that is not let to its end', { timeout: 10 * 60_000 }, () => {
  it('is stopped by a Ctrl-C before the run: exit code 130, nothing left', async () => {
    await using cwd = await folder();
    const running = start(once, cwd.path);
    await running.event(({ type }) => type === 'platform');
    running.child.kill('SIGINT');
    const { exitCode, stderr } = await running.ended;
    assert.equal(exitCode, 130, stderr);
    assert.deepEqual(await leftBy(name), []);
  });

  it('killed, its cluster ends by itself and a start waits for that; killed with its cluster, a start clears up; and a Ctrl-C in the middle of the run heals, reports, exits with 4 and leaves nothing', async () => {
    await using cwd = await folder();
    const first = start(once, cwd.path);
    await first.event(({ type }) => type === 'platform');
    const cluster = await processesOf(name);
    first.child.kill('SIGKILL');
    await first.ended;
    assert.ok(cluster.length >= 5, `${cluster}`);

    // The supervisor ends the old cluster because its stdin ended; a start waits for it.
    const second = start(once, cwd.path);
    await second.event(({ type }) => type === 'platform-ready');
    second.child.kill('SIGKILL');
    for (const line of await processesOf(name)) {
      try {
        process.kill(Number(line.split(' ')[0]), 'SIGKILL');
      } catch (thrown) {
        assert.equal((thrown as NodeJS.ErrnoException).code, 'ESRCH');
      }
    }
    await second.ended;

    const third = start(once, cwd.path);
    await third.event(({ type, phase }) => type === 'phase' && phase === 'Inject');
    assert.ok((await processesOf(name)).length > 20, 'the processes of the cluster are found while it is up');
    third.child.kill('SIGINT');
    const { exitCode, events, stderr } = await third.ended;
    assert.equal(exitCode, 4, stderr);
    const verdict = events.find(({ type }) => type === 'verdict')!;
    assert.equal(verdict.outcome, 'aborted', stderr);
    const { record, html } = await readReports(verdict.report as string);
    assert.equal(record.experiment.status.phase, 'Complete');
    assert.deepEqual(record.experiment.status.residue, []);
    assert.match(html, /<header class="verdict aborted">/);
    assert.deepEqual(await leftBy(name), []);
  });
});
