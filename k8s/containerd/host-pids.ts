import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Inner } from './lines.ts';

/** This namespace's number for a process of an inner one: NSpid of proc_pid_status(5). Undefined when it is gone. */
export function hostPidOf({ pid, namespace }: Pick<Inner, 'pid' | 'namespace'>): number | undefined {
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const numbers = /^NSpid:\s+(.+)$/m.exec(readFileSync(`/proc/${entry}/status`, 'utf8'))?.[1]?.split(/\s+/) ?? [];
      if (numbers.length < 2 || Number(numbers.at(-1)) !== pid) continue;
      if (readlinkSync(`/proc/${entry}/ns/pid`) === `pid:[${namespace}]`) return Number(entry);
    } catch {
      // gone between the two looks
    }
  }
  return undefined;
}
