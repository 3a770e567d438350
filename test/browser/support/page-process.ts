/** A dashboard's server as a child process, as the CLI starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const dashboards = join(import.meta.dirname, '..', '..', '..', 'dashboards');

export interface PageProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Ends it as its parent's death would; resolves with its exit code. */
  end(): Promise<number | null>;
}

export interface PageProcessOptions {
  /** Its folder in `dashboards/`. */
  readonly dashboard: string;
  readonly kubeconfig: string;
  /** XDG_CACHE_HOME of the child; the user's own when absent. */
  readonly cache?: string;
}

export async function startPage({ dashboard, kubeconfig, cache }: PageProcessOptions): Promise<PageProcess> {
  const child = spawn(process.execPath, [join(dashboards, dashboard, 'server.ts'), '--until-stdin-ends'], {
    env: { ...process.env, KUBECONFIG: kubeconfig, ...(cache ? { XDG_CACHE_HOME: cache } : {}) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const lines = createInterface({ input: child.stdout });
  const ready = new Promise<string>((resolve, reject) => {
    lines.on('line', (text) => {
      const line = JSON.parse(text) as { type: string; url?: string };
      if (line.type === 'ready') resolve(line.url!);
      if (line.type === 'error') reject(new Error(text));
    });
    closed.then(([exitCode]) => reject(new Error(`the server ended with ${exitCode} before it was ready`)), reject);
  });
  const url = await ready;
  return {
    url,
    child,
    async end() {
      child.stdin.end();
      const [exitCode] = await closed;
      return exitCode;
    },
  };
}
