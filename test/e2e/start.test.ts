import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { folder, run, scenario, start } from './support/cli.ts';
import { leftBy, processesOf } from './support/left.ts';
import { readReports } from './support/reports.ts';

const name = `e2e-${process.pid}`;
const once = ['start', '--once', '--name', name, '--scenario', scenario('short')];

describe('the whole story, `start --once`', { timeout: 10 * 60_000 }, () => {
  it('holds, reports, and leaves nothing', async () => {
    await using cwd = await folder();
    const { exitCode, events, stderr } = await run(once, cwd.path);
    assert.equal(exitCode, 0, stderr);

    const verdict = events.find(({ type }) => type === 'verdict')!;
    assert.equal(verdict.outcome, 'held');
    const phases = events.filter(({ type }) => type === 'phase').map(({ phase }) => phase);
    for (const phase of ['Baseline', 'Inject', 'Recover', 'Verdict', 'Complete'])
      assert.ok(phases.includes(phase), `${phases}`);
    assert.ok(
      events.some(({ type }) => type === 'live'),
      'no live figures',
    );

    const { record, junit, html } = await readReports(verdict.report as string);
    const { status } = record.experiment;
    assert.equal(status.marks.length, 3);
    assert.ok(status.verdict!.potency.every(({ potent, residue }) => potent && residue === 'none'));
    assert.ok(record.load.buckets.length > 150, `${record.load.buckets.length} buckets`);
    assert.equal(record.load.brokenLines, 0);
    assert.match(junit, /failures="0" errors="0"/);
    assert.match(html, /<header class="verdict held">/);
    for (const text of ['seed', record.experiment.spec.title, 'npm start -- --once'])
      assert.ok(stderr.includes(text), text);

    assert.deepEqual(await leftBy(name), []);
  });

  it('is aborted by a Ctrl-C in the middle: healed, reported, exit code 4, nothing left', async () => {
    await using cwd = await folder();
    const running = start(once, cwd.path);
    await running.event(({ type, phase }) => type === 'phase' && phase === 'Inject');
    assert.ok((await processesOf(name)).length > 20, 'the processes of the cluster are found while it is up');
    running.child.kill('SIGINT');
    const { exitCode, events, stderr } = await running.ended;
    assert.equal(exitCode, 4, stderr);
    const verdict = events.find(({ type }) => type === 'verdict')!;
    assert.equal(verdict.outcome, 'aborted', stderr);
    const { record, html } = await readReports(verdict.report as string);
    assert.equal(record.experiment.status.phase, 'Complete');
    assert.deepEqual(record.experiment.status.residue, []);
    assert.match(html, /<header class="verdict aborted">/);
    assert.deepEqual(await leftBy(name), []);
  });

  it('is stopped by a Ctrl-C before the run: exit code 130, nothing left', async () => {
    await using cwd = await folder();
    const running = start(once, cwd.path);
    await running.event(({ type }) => type === 'platform');
    running.child.kill('SIGINT');
    const { exitCode, stderr } = await running.ended;
    assert.equal(exitCode, 130, stderr);
    assert.deepEqual(await leftBy(name), []);
  });

  it('leaves nothing either when the command is killed, and starts again', async () => {
    await using cwd = await folder();
    const killed = start(once, cwd.path);
    await killed.event(({ type }) => type === 'platform');
    const cluster = await processesOf(name);
    killed.child.kill('SIGKILL');
    await killed.ended;
    assert.ok(cluster.length >= 5, `${cluster}`);

    // The supervisor ends the old cluster because its stdin ended; a start waits for it.
    const again = start(once, cwd.path);
    await again.event(({ type }) => type === 'platform-ready');
    again.child.kill('SIGINT');
    const { exitCode, stderr } = await again.ended;
    assert.ok(exitCode === 4 || exitCode === 130, `${exitCode}: ${stderr}`);
    assert.deepEqual(await leftBy(name), []);
  });

  it('starts again after everything was killed at once', async () => {
    await using cwd = await folder();
    const killed = start(once, cwd.path);
    await killed.event(({ type }) => type === 'platform');
    killed.child.kill('SIGKILL');
    for (const line of await processesOf(name)) {
      try {
        process.kill(Number(line.split(' ')[0]), 'SIGKILL');
      } catch (thrown) {
        assert.equal((thrown as NodeJS.ErrnoException).code, 'ESRCH');
      }
    }
    await killed.ended;
    const again = start(once, cwd.path);
    await again.event(({ type }) => type === 'platform-ready');
    again.child.kill('SIGINT');
    await again.ended;
    assert.deepEqual(await leftBy(name), []);
  });
});
