import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readNeeds } from '../elf/needs.ts';
import { thisArchitecture } from '../machine/architecture.ts';
import { temporary } from '../testing/temporary.ts';
import { pauseProgram } from './elf.ts';

const linux = process.platform === 'linux' ? false : 'programs for Linux run on Linux';
/** Whether this user may make a pid namespace; many containers refuse it. */
const namespaces = (() => {
  try {
    execFileSync('unshare', ['--pid', '--fork', 'true'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'this user may not make a pid namespace';
  }
})();

async function program(t: TestContext): Promise<string> {
  const path = join(await temporary(t), 'pause');
  writeFileSync(path, pauseProgram(thisArchitecture()), { mode: 0o755 });
  return path;
}

function start(t: TestContext, command: string, args: readonly string[] = []): ChildProcess {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

/** Polls /proc, which has no event for it. */
async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let turn = 0; turn < 500; turn++) {
    const found = await look().catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ESRCH') return undefined;
      throw error;
    });
    if (found !== undefined) return found;
    await sleep(20);
  }
  throw new Error(`never: ${what}`);
}

/** Signals that a process catches and ignores, as masks: proc_pid_status(5). */
async function signalsOf(pid: number): Promise<{ readonly caught: bigint; readonly ignored: bigint }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const mask = (name: string) => BigInt(`0x${new RegExp(`^${name}:\\s*(\\w+)`, 'm').exec(status)?.[1] ?? '0'}`);
  return { caught: mask('SigCgt'), ignored: mask('SigIgn') };
}

const maskOf = (...signals: readonly number[]) => signals.reduce((mask, n) => mask | (1n << BigInt(n - 1)), 0n);
const [SIGINT, SIGTERM, SIGCHLD] = [2, 15, 17];

const setUp = (pid: number) =>
  until('its signals are set up', async () => {
    const { caught, ignored } = await signalsOf(pid);
    return caught === maskOf(SIGINT, SIGTERM) && (ignored & maskOf(SIGCHLD)) !== 0n ? true : undefined;
  });

const childrenOf = async (pid: number) =>
  (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean).map(Number);

describe('the pause program', { skip: linux, timeout: 30_000 }, () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`waits, and ends with 0 on ${signal}`, async (t) => {
      const child = start(t, await program(t));
      await setUp(child.pid!);
      assert.equal(child.exitCode, null);
      child.kill(signal);
      assert.deepEqual(await once(child, 'exit'), [0, null]);
    });
  }

  it('goes on waiting after a signal that it neither catches nor dies of', async (t) => {
    const child = start(t, await program(t));
    await setUp(child.pid!);
    for (const signal of ['SIGSTOP', 'SIGCONT', 'SIGCHLD', 'SIGWINCH'] as const) child.kill(signal);
    await until('it sleeps', async () =>
      /^State:\s+S/m.test(await readFile(`/proc/${child.pid}/status`, 'utf8')) ? true : undefined,
    );
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`as process 1 of a namespace it ends with 0 on ${signal}, which by default process 1 ignores`, {
      skip: namespaces,
    }, async (t) => {
      const outer = start(t, 'unshare', ['--pid', '--fork', '--kill-child', await program(t)]);
      const [inner] = await until('it has a child', async () => {
        const all = await childrenOf(outer.pid!);
        return all.length > 0 ? all : undefined;
      });
      await setUp(inner!);
      process.kill(inner!, signal);
      assert.deepEqual(await once(outer, 'exit'), [0, null]);
    });
  }

  it('as process 1 it leaves no zombie of an orphan', { skip: namespaces }, async (t) => {
    const path = await program(t);
    const nested = start(t, 'unshare', ['--pid', '--fork', '--kill-child', path]);
    const [one] = await until('process 1', async () => {
      const all = await childrenOf(nested.pid!);
      return all.length > 0 ? all : undefined;
    });
    await setUp(one!);
    // A process of the same namespace whose own child outlives it: the child becomes process 1's.
    const script = 'sleep 0.2 & echo $$; exit 0';
    const entered = start(t, 'nsenter', ['--target', String(one), '--pid', 'sh', '-c', script]);
    await once(entered, 'exit');
    await until('it got the orphan', async () => ((await childrenOf(one!)).length === 1 ? true : undefined));
    await until('the orphan is gone, not a zombie', async () =>
      (await childrenOf(one!)).length === 0 ? true : undefined,
    );
  });

  it('has no zombies because it ignores SIGCHLD: one that does not keeps them', { skip: namespaces }, async (t) => {
    const outer = start(t, 'unshare', ['--pid', '--fork', '--kill-child', 'sleep', '60']);
    const [one] = await until('process 1', async () => {
      const all = await childrenOf(outer.pid!);
      return all.length > 0 ? all : undefined;
    });
    const entered = start(t, 'nsenter', ['--target', String(one), '--pid', 'sh', '-c', 'sleep 0.1 & exit 0']);
    await once(entered, 'exit');
    await until('the orphan is a zombie', async () => {
      const [orphan] = await childrenOf(one!);
      return orphan && /^State:\s+Z/m.test(await readFile(`/proc/${orphan}/status`, 'utf8')) ? true : undefined;
    });
  });
});

describe('its file', () => {
  for (const architecture of ['amd64', 'arm64'] as const) {
    it(`is static, small and has a stack that is not executed (${architecture})`, async (t) => {
      const path = join(await temporary(t), 'pause');
      const bytes = pauseProgram(architecture);
      writeFileSync(path, bytes);
      assert.deepEqual(readNeeds(path), { libraries: [] });
      assert.ok(bytes.length < 512, `${bytes.length} bytes`);
      assert.equal(bytes.readUInt16LE(18), architecture === 'amd64' ? 62 : 183);
      const stack = 64 + 56;
      assert.equal(bytes.readUInt32LE(stack), 0x6474e551);
      assert.equal(bytes.readUInt32LE(stack + 4) & 1, 0);
    });
  }

  // Decoded once by an independent disassembler and run in an emulator; any change of the code is to be tried again.
  it('is, for ARM64, the instructions that were tried', () => {
    const bytes = pauseProgram('arm64');
    const words = Array.from({ length: 21 }, (_, index) => bytes.readUInt32LE(64 + 2 * 56 + 4 * index).toString(16));
    const tried = `
      d28010c8 d2800002 d2800103 d28001e0 10000241 d4000001 d2800040 d4000001 d2800220 100002a1 d4000001
      d2800928 d2800000 d2800001 d2800002 d2800003 d4000001 17fffffa d2800bc8 d2800000 d4000001`;
    assert.deepEqual(words, tried.trim().split(/\s+/));
  });
});
