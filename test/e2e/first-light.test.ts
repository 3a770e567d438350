/** The command of the README's first lines, on a machine that has nothing else to do. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { firstLightOnOurs } from './support/first-light.ts';
import { leftBy } from './support/left.ts';

const name = `e2e-${process.pid}`;

it('the whole story, `start --once`: holds, reports, and leaves nothing', { timeout: 10 * 60_000 }, async () => {
  const { ended, record, junit, html } = await firstLightOnOurs(name);
  const { exitCode, events, stderr } = ended;
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

  const { status, spec } = record.experiment;
  assert.equal(status.marks.length, 3);
  assert.ok(status.verdict!.potency.every(({ potent, residue }) => potent && residue === 'none'));
  assert.ok(record.load.buckets.length > 150, `${record.load.buckets.length} buckets`);
  assert.equal(record.load.brokenLines, 0);
  assert.match(junit, /failures="0" errors="0"/);
  assert.match(html, /<header class="verdict held">/);
  for (const text of ['seed', spec.title, 'npm start -- --once']) assert.ok(stderr.includes(text), text);

  assert.deepEqual(await leftBy(name), []);
});
