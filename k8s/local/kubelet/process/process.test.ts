import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { MARKER } from './census.ts';
import { ContainerProcess, logFileOf } from './container-process.ts';
import { parseStat, readEnvironment, readStat } from './proc.ts';
import { Reaper } from './reaper.ts';
import { WRAPPER } from './wrapper.ts';

let count = 0;
function setUp(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'container-'));
  const reaper = new Reaper();
  const id = `test-${process.pid}-${count++}/c/0`;
  t.after(async () => {
    await reaper.reap({ id, pid: 0, logFile: logFileOf(folder) });
    rmSync(folder, { recursive: true });
  });
  const start = (script: string) =>
    ContainerProcess.start(
      { id, folder, argv: ['sh', '-c', script], env: { PATH: process.env.PATH ?? '', T: folder }, cwd: folder },
      reaper,
    );
  return { folder, reaper, id, start };
}

/** Resolves when a file is there. */
function there(folder: string, name: string): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!existsSync(join(folder, name))) return;
      watcher.close();
      resolve();
    };
    const watcher = watch(folder, look);
    look();
  });
}

const pidIn = (folder: string, name: string) => Number(readFileSync(join(folder, name), 'utf8'));

/** A zombie is dead: it only waits for its new parent to take note. */
const alive = (pid: number) => ![undefined, 'Z', 'X'].includes(readStat(pid)?.state);

describe('a container process', { concurrency: 4 }, () => {
  it('writes straight to its log and ends with the exit code of its program', async (t) => {
    const { folder, start } = setUp(t);
    const { exitCode } = await start('echo out; echo err >&2; exit 7').ended;
    assert.equal(exitCode, 7);
    assert.equal(readFileSync(logFileOf(folder), 'utf8'), 'out\nerr\n');
    assert.equal(readFileSync(join(folder, 'exit'), 'utf8'), '7\n');
  });

  it('tells a signal as 128 and its number, without a word of the shell in the log', async (t) => {
    const { folder, start } = setUp(t);
    assert.equal((await start('kill -9 $$').ended).exitCode, 137);
    assert.equal(readFileSync(logFileOf(folder), 'utf8'), '');
  });

  it('SIGTERM reaches the program alone; the wrapper lives on to tell its exit', async (t) => {
    const { folder, start } = setUp(t);
    const running = start(`trap 'exit 5' TERM; touch up; while :; do sleep 0.05; done`);
    await there(folder, 'up');
    await running.signal('SIGTERM');
    assert.equal((await running.ended).exitCode, 5);
  });

  it('a signal to the whole group does not keep the wrapper from telling the exit', async (t) => {
    const { folder, start } = setUp(t);
    const running = start(`trap 'exit 6' TERM; touch up; while :; do sleep 0.05; done`);
    await there(folder, 'up');
    process.kill(-running.pid, 'SIGTERM');
    assert.equal((await running.ended).exitCode, 6);
  });

  it('the program has the default action of signals, not the traps of its wrapper', async (t) => {
    const { start } = setUp(t);
    const { exitCode } = await start('exec sh -c "kill -TERM \\$\\$; sleep 5"').ended;
    assert.equal(exitCode, 143);
  });

  it('dies whole: other sessions, ignored signals, an emptied environment, orphans', async (t) => {
    const { folder, start } = setUp(t);
    const stubborn = (name: string) =>
      `trap "" TERM HUP INT; echo $$ > ${folder}/${name}.tmp; mv ${folder}/${name}.tmp ${folder}/${name}; while :; do sleep 0.05; done`;
    const running = start(`
      setsid sh -c '${stubborn('session')}' &
      (setsid sh -c '${stubborn('orphan')}' &)
      (env -i PATH=$PATH setsid sh -c '${stubborn('naked')}' &)
      exec sleep 1000`);
    const names = ['session', 'orphan', 'naked'];
    await Promise.all(names.map((name) => there(folder, name)));
    const pids = names.map((name) => pidIn(folder, name));
    for (const pid of pids) assert.ok(alive(pid), 'is there before');
    running.kill();
    assert.equal((await running.ended).exitCode, 137);
    for (const [index, pid] of pids.entries()) assert.ok(!alive(pid), `${names[index]} is gone`);
  });

  it('what the program leaves behind dies with it', async (t) => {
    const { folder, start } = setUp(t);
    const running = start(
      `(setsid sh -c 'echo $$ > ${folder}/left; exec sleep 1000' &); while [ ! -s left ]; do sleep 0.02; done; exit 0`,
    );
    assert.equal((await running.ended).exitCode, 0);
    assert.ok(!alive(pidIn(folder, 'left')));
  });

  it('leaves processes alone that are none of the container', async (t) => {
    const { start } = setUp(t);
    const other = spawn('sleep', ['1000'], {
      env: { PATH: process.env.PATH, [MARKER]: 'another/c/0' },
      detached: true,
    });
    t.after(() => other.kill('SIGKILL'));
    const running = start('exec sleep 1000');
    running.kill();
    await running.ended;
    assert.ok(readStat(other.pid!));
  });

  it('a killed wrapper is the end of the container', async (t) => {
    const { folder, start } = setUp(t);
    const running = start('echo $$ > program; exec sleep 1000');
    await there(folder, 'program');
    process.kill(running.pid, 'SIGKILL');
    assert.equal((await running.ended).exitCode, 137);
    assert.ok(!alive(pidIn(folder, 'program')));
  });
});

describe('adoption', { concurrency: 4 }, () => {
  /** Starts the wrapper as a kubelet would that has died since: below a shell that is gone. */
  const orphan = (folder: string, id: string, script: string) =>
    spawn(
      'sh',
      ['-c', `setsid sh -c "$0" sh "$@" </dev/null >${logFileOf(folder)} 2>&1 &`, WRAPPER, folder, 'sh', '-c', script],
      {
        env: { PATH: process.env.PATH, [MARKER]: id },
        cwd: folder,
      },
    );

  it('learns the exit of an instance that another kubelet started', async (t) => {
    const { folder, id, reaper } = setUp(t);
    orphan(folder, id, 'touch up; while [ ! -e go ]; do sleep 0.02; done; exit 9');
    await there(folder, 'up');
    const adopted = ContainerProcess.adopt({ id, folder }, reaper)!;
    writeFileSync(join(folder, 'go'), '');
    assert.equal((await adopted.ended).exitCode, 9);
  });

  it('learns the exit of one that ended while nobody was there', async (t) => {
    const { folder, id, reaper } = setUp(t);
    orphan(folder, id, 'exit 4');
    await there(folder, 'exit');
    assert.equal((await ContainerProcess.adopt({ id, folder }, reaper)!.ended).exitCode, 4);
  });

  it('kills one, and takes a killed wrapper for its end', async (t) => {
    const { folder, id, reaper } = setUp(t);
    orphan(folder, id, 'touch up; exec sleep 1000');
    await there(folder, 'up');
    const adopted = ContainerProcess.adopt({ id, folder }, reaper)!;
    adopted.kill();
    assert.equal((await adopted.ended).exitCode, 137);
  });

  it('never takes another process of the same number for it', async (t) => {
    const { folder, id, reaper } = setUp(t);
    const other = spawn('sleep', ['1000'], { detached: true, env: { PATH: process.env.PATH } });
    t.after(() => other.kill('SIGKILL'));
    writeFileSync(join(folder, 'pid'), `${other.pid}\n`);
    const adopted = ContainerProcess.adopt({ id, folder }, reaper)!;
    adopted.kill();
    assert.equal((await adopted.ended).exitCode, 137);
    assert.ok(readStat(other.pid!), 'the other one lives');
  });

  it('says when an instance never began', (t) => {
    const { folder, id, reaper } = setUp(t);
    assert.equal(ContainerProcess.adopt({ id, folder }, reaper), undefined);
    mkdirSync(join(folder, 'half'));
    writeFileSync(join(folder, 'pid'), '');
    assert.equal(ContainerProcess.adopt({ id, folder }, reaper), undefined);
  });

  it('an attempt that is started twice runs once', async (t) => {
    const { folder, start } = setUp(t);
    const first = start('echo ran >> runs; while [ ! -e go ]; do sleep 0.02; done; exit 3');
    await there(folder, 'runs');
    assert.equal((await start('echo ran >> runs').ended.catch(() => ({ exitCode: -1 }))).exitCode, 125);
    writeFileSync(join(folder, 'go'), '');
    await first.ended;
    assert.equal(readFileSync(join(folder, 'runs'), 'utf8'), 'ran\n');
  });
});

it('reads /proc', () => {
  const stat = parseStat(`42 (a ) (b) S 1 2 3 ${'0 '.repeat(7)}5 6 ${'0 '.repeat(6)}777 0`);
  assert.deepEqual(stat, { pid: 42, state: 'S', parent: 1, group: 2, session: 3, cpuTicks: 11, startTicks: 777 });
  assert.equal(readStat(process.pid)!.pid, process.pid);
  assert.equal(readStat(2 ** 22 + 1), undefined);
  assert.equal(readEnvironment(process.pid, 'NO_SUCH_VARIABLE'), undefined);
});
