/** What must be true of a run whose controller was killed while faults were injected. */
import assert from 'node:assert/strict';
import type { ExperimentStatus } from '#chaos/engine/journal.ts';
import type { Leadership } from './leader.ts';

export function assertResumed(status: ExperimentStatus, killed: Leadership): void {
  assert.equal(status.phase, 'Complete');
  const { term, identity } = status.holder!;
  assert.ok(term > killed.term && identity !== killed.identity, `led by ${identity}, term ${term}, as before the kill`);
  const closed = status.marks.every(({ injectedMs, recoveredMs }) => injectedMs && recoveredMs);
  assert.ok(status.marks.length > 0 && closed, JSON.stringify(status.marks));
  assert.deepEqual(status.residue, []);
  for (const { fault, pod, potent, residue, summary } of status.verdict!.potency)
    assert.deepEqual({ fault, pod, potent, residue }, { fault, pod, potent: true, residue: 'none' }, summary);
}
