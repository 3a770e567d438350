import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';

import { connect } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { until } from './processes.ts';

/** The real toxiproxy-server: `$TOXIPROXY`, or what the local cluster keeps in its cache. Undefined when there is none. */
export function toxiproxyBinary(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.TOXIPROXY) return env.TOXIPROXY;
  const tools = join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'faultflix/tools');
  return globSync(join(tools, 'toxiproxy-server-*/toxiproxy-server')).find((file) => existsSync(file));
}

export interface RunningToxiproxy {
  readonly child: ChildProcess;
  kill(): Promise<void>;
}

/** Starts it with its admin port on `host`; resolves when it can be connected to. */
export async function startToxiproxy(binary: string, host: string, port = 8474): Promise<RunningToxiproxy> {
  const child = spawn(binary, ['-host', host, '-port', String(port)], { stdio: 'ignore' });
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  await until(() => listens(host, port), 'toxiproxy listens');
  return { child, kill };
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
