import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Census, MARKER, type System } from './census.ts';

interface Process {
  readonly parent: number;
  readonly session: number;
  readonly marker?: string;
  readonly output?: string;
  readonly state?: string;
  readonly startTicks?: number;
}

/** A machine by hand. Process 10 is the kubelet, 5 its parent. */
function machine(processes: Readonly<Record<number, Process>>) {
  const clock = { nowMs: 0 };
  const looks: number[] = [];
  const all: Record<number, Process> = {
    1: { parent: 0, session: 0 },
    2: { parent: 0, session: 0 },
    5: { parent: 1, session: 0 },
    10: { parent: 5, session: 10 },
    ...processes,
  };
  const system: System = {
    self: 10,
    now: () => clock.nowMs,
    pids: () => Object.keys(all).map(Number),
    stat: (pid) => {
      const process = all[pid];
      looks.push(pid);
      if (!process) return undefined;
      const { parent, session, state = 'S', startTicks = pid } = process;
      return { pid, state, parent, group: session, session, cpuTicks: 0, startTicks };
    },
    environment: (pid, name) => (name === MARKER ? all[pid]?.marker : undefined),
    descriptor: (pid) => all[pid]?.output,
  };
  return { all, clock, looks, census: new Census(system) };
}

const suspect = { id: 'u/c/0', pid: 20, logFile: '/logs/c' };
const found = (census: Census, suspects = [suspect]) =>
  (census.take(suspects).get('u/c/0') ?? []).map(({ pid }) => pid);
const wrapper = { parent: 10, session: 20, marker: 'u/c/0' };

describe('census', () => {
  it('knows a container by marker, session, parent and output', () => {
    const { census } = machine({
      20: wrapper,
      21: { parent: 20, session: 20 },
      30: { parent: 1, session: 30, marker: 'u/c/0' },
      31: { parent: 30, session: 31 },
      40: { parent: 1, session: 40, output: '/logs/c' },
      50: { parent: 1, session: 50, marker: 'other/c/0' },
      60: { parent: 1, session: 60, output: '/logs/other' },
    });
    assert.deepEqual(found(census), [20, 21, 30, 31, 40]);
  });

  it('remembers a process that has lost its parent and shows no trace any more', () => {
    const { all, census } = machine({ 20: wrapper, 21: { parent: 20, session: 21 } });
    assert.deepEqual(found(census), [20, 21]);
    delete all[20];
    all[21] = { parent: 1, session: 21 };
    assert.deepEqual(found(census), [21]);
  });

  it('looks again at a process that it saw between fork and exec', () => {
    const { all, clock, census } = machine({ 30: { parent: 1, session: 30 } });
    assert.deepEqual(found(census), []);
    all[30] = { parent: 1, session: 30, marker: 'u/c/0' };
    clock.nowMs = 100;
    assert.deepEqual(found(census), [30]);
  });

  it('a wrapper that is not known is not session 0, to which the whole system belongs', () => {
    const { census } = machine({ 3: { parent: 1, session: 0 }, 30: { parent: 1, session: 30, marker: 'u/c/0' } });
    assert.deepEqual(found(census, [{ ...suspect, pid: 0 }]), [30]);
  });

  it('never takes itself, what is above it or the init system for a container, whatever they look like', () => {
    const { all, census } = machine({ 20: wrapper });
    for (const pid of [1, 5, 10]) all[pid] = { ...all[pid]!, marker: 'u/c/0', output: '/logs/c', session: 20 };
    all[70] = { parent: 5, session: 70 };
    assert.deepEqual(found(census), [20]);
  });

  it('leaves out the dead', () => {
    const { census } = machine({ 20: { ...wrapper, state: 'Z' } });
    assert.deepEqual(found(census), []);
  });

  it('does not look again at processes that it knows to be others, for a while', () => {
    const { clock, looks, census } = machine({
      20: wrapper,
      50: { parent: 1, session: 50 },
      60: { parent: 1, session: 60, marker: 'other/c/0' },
    });
    found(census);
    clock.nowMs = 2_500;
    found(census);
    looks.length = 0;
    clock.nowMs = 3_000;
    assert.deepEqual(found(census), [20]);
    assert.deepEqual(
      looks.filter((pid) => pid === 50 || pid === 60),
      [],
    );
    clock.nowMs = 13_000;
    found(census);
    assert.ok(looks.includes(50));
  });

  it('sees that a number belongs to another process now', () => {
    const { all, clock, census } = machine({ 20: wrapper, 21: { parent: 20, session: 20 } });
    assert.deepEqual(found(census), [20, 21]);
    all[21] = { parent: 1, session: 99, startTicks: 777 };
    clock.nowMs = 100;
    assert.deepEqual(found(census), [20]);
  });
});
