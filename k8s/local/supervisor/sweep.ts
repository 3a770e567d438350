import { type Clock, systemClock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { removeCgroup } from '../../containerd/cgroups.ts';
import { endProcesses, untilGone } from '../processes/end.ts';
import { isAlive, type ProcessId, signal, startedWith } from '../processes/identity.ts';
import { CLUSTER_VARIABLE, readRecord, removeStateDir } from './state-dir.ts';

export interface SweepOptions {
  readonly stateDir: string;
  /** How long the kubelet may take to end its pods in order. */
  readonly graceMs: number;
  readonly clock?: Clock;
}

const MAX_ROUNDS = 20;

/**
 * Ends everything that a cluster whose supervisor is gone left behind, and removes its state folder. Processes are
 * known by pid and start time from its record, and by the variable that they inherited; never by name. Returns how many
 * were ended. The caller holds the cluster's lock.
 */
export async function sweep({ stateDir, graceMs, clock = systemClock }: SweepOptions): Promise<number> {
  const record = await readRecord(stateDir);
  let ended = 0;
  if (record) {
    const kubelet = record.processes.kubelet;
    if (kubelet && graceMs > 0 && signal(kubelet, 'SIGTERM')) {
      await untilGone([kubelet], graceMs, clock);
      ended++;
    }
    ended += await endAllOf(record.instance, Object.values(record.processes), clock);
    if (record.cgroup !== undefined) await removeCgroup(record.cgroup, clock);
  }
  await removeStateDir(stateDir);
  return ended;
}

/** SIGKILL for all processes of an instance, until none is found: a process may start another while it is looked for. */
export async function endAllOf(instance: string, known: readonly ProcessId[], clock: Clock): Promise<number> {
  const ended = new Set<number>();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = [...known.filter(isAlive), ...startedWith(CLUSTER_VARIABLE, instance)];
    if (found.length === 0) return ended.size;
    for (const { pid } of found) ended.add(pid);
    await endProcesses(found, { graceMs: 0, clock });
  }
  throw new FaultflixError('residue', 'processes of the cluster cannot be ended', {
    expected: 'no process after SIGKILL',
    received: startedWith(CLUSTER_VARIABLE, instance)
      .map(({ pid }) => pid)
      .join(', '),
    todo: 'look at them with ps -o pid,stat,cmd -p PID; a D in stat means that the kernel holds them',
  });
}
