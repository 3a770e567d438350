import { spawn } from 'node:child_process';
import { once } from 'node:events';

const MAIN = new URL('../main.ts', import.meta.url).pathname;

/**
 * A tiny shell in a session of its own that waits for the supervisor's end. Should the supervisor be killed, its pipe
 * closes, and the shell becomes `main.ts sweep`, which ends all that is left. It is told `over` when there is nothing.
 */
const SCRIPT = 'while read -r word; do [ "$word" = over ] && exit 0; done; exec "$@"';

export interface Guardian {
  readonly pid: number | undefined;
  /** All is cleared up: it need do nothing. Resolves at its end. */
  dismiss(): Promise<void>;
}

export async function startGuardian(name: string): Promise<Guardian> {
  const child = spawn(
    '/bin/sh',
    ['-c', SCRIPT, 'faultflix-guardian', process.execPath, MAIN, 'sweep', '--name', name],
    {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      cwd: '/', // it must not keep a file system busy
    },
  );
  await once(child, 'spawn');
  child.stdin.on('error', () => {}); // it was killed: the next start clears up in its place
  child.unref();
  return {
    pid: child.pid,
    async dismiss() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.stdin.end('over\n');
      await gone;
    },
  };
}
