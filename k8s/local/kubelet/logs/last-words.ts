import { join } from 'node:path';
import type { Container } from '../types.ts';
import { readTail } from './tail.ts';

/** The kubelet's own measures (pkg/kubelet/container: MaxContainerTerminationMessage…). */
const FILE_BYTES = 4_096;
const LOG_BYTES = 2_048;
const LOG_LINES = 80;

interface Where {
  /** The container's FAULTFLIX_ROOT. */
  readonly root: string;
  /** The folder of the instance that ended, where its log is. */
  readonly attempt: string;
  readonly exitCode: number;
}

/** A container's last words: its termination message file, or the end of its log when it asks for that. */
export function lastWords(container: Container, { root, attempt, exitCode }: Where): string {
  const { terminationMessagePath = '/dev/termination-log', terminationMessagePolicy } = container;
  const own = readTail(join(root, terminationMessagePath), FILE_BYTES);
  if (own || exitCode === 0 || terminationMessagePolicy !== 'FallbackToLogsOnError') return own;
  const lines = readTail(join(attempt, 'log'), LOG_BYTES).split('\n');
  return lines.slice(-LOG_LINES - 1).join('\n');
}
