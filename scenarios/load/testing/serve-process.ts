import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface ServedFixture {
  /** Environment of a viewer that is to use it. */
  readonly env: Record<string, string>;
  stop(): Promise<void>;
}

/** The stand-in platform in a process of its own: for clients that are measured, or that block this one. */
export async function serveFixture(): Promise<ServedFixture> {
  const program = new URL('./serve.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  const env: Record<string, string> = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name, value] = /^export (\w+)=(.*)$/.exec(line) ?? [];
    if (name && value !== undefined) env[name] = value;
    if (env.SSL_CERT_FILE && env.FAULTFLIX_ROUTERS) return { env, stop };
  }
  throw new Error('the fixture ended before it was up');
}
