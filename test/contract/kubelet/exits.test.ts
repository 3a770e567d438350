import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testCluster } from './support/cluster.ts';
import { statusOf } from './support/space.ts';

const cluster = testCluster();
const AT = '$FAULTFLIX_ROOT';
const volumes = [{ name: 'e', emptyDir: {} }];
const volumeMounts = [{ name: 'e', mountPath: '/e' }];
/** Takes memory, more than its limit but never more than 400 MB, and ends with 9 if nobody has ended it by then. */
const HUNGRY = `const all = []; const timer = setInterval(() => {
  if (all.length < 50) all.push(Buffer.alloc(8 << 20, 1));
  else setTimeout(() => process.exit(9), 2000, clearInterval(timer));
}, 20);`;
const limits = { memory: '128Mi' };

describe('how a container ended', { concurrency: 8 }, () => {
  it('exit codes are told as they are, from 0 to 255', async (t) => {
    const space = await (await cluster).space(t);
    const codes = [0, 1, 2, 42, 128, 254, 255];
    await space.create({ containers: codes.map((code) => space.sh(`exit ${code}`, { name: `c${code}` })) });
    const pod = await space.ended('pod');
    for (const code of codes) {
      const { exitCode, reason } = statusOf(pod, `c${code}`).state.terminated;
      assert.deepEqual([exitCode, reason], [code, code === 0 ? 'Completed' : 'Error']);
    }
  });

  it('a shell that finds no program ends with 127, one that may not run it with 126', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({
      containers: [
        space.sh('no-such-program', { name: 'missing' }),
        space.sh(`echo > ${AT}/e/text; ${AT}/e/text`, { name: 'forbidden', volumeMounts }),
      ],
      volumes,
    });
    const pod = await space.ended('pod');
    assert.equal(statusOf(pod, 'missing').state.terminated.exitCode, 127);
    assert.equal(statusOf(pod, 'forbidden').state.terminated.exitCode, 126);
  });

  it('a signal is told as 128 and its number', async (t) => {
    const space = await (await cluster).space(t);
    // With the processes shared, a container's first process is not process 1, which no signal of its own would end.
    const signals = { HUP: 129, ABRT: 134, KILL: 137, SEGV: 139, TERM: 143 };
    await space.create({
      shareProcessNamespace: true,
      containers: Object.keys(signals).map((name) => space.sh(`kill -${name} $$$$`, { name: name.toLowerCase() })),
    });
    const pod = await space.ended('pod');
    for (const [name, code] of Object.entries(signals)) {
      const { exitCode, reason } = statusOf(pod, name.toLowerCase()).state.terminated;
      assert.deepEqual([exitCode, reason], [code, 'Error'], name);
    }
  });

  it('a program that is there but may not be run is a StartError', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [{ ...space.sh(''), command: ['/proc/version'] }] });
    const pod = await space.ended('pod');
    const { exitCode, reason, message } = statusOf(pod).state.terminated;
    assert.deepEqual([exitCode, reason], [128, 'StartError']);
    assert.match(message, /permission denied/);
  });

  it('a program that cannot start is RunContainerError first and backs off like one that ends', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ restartPolicy: 'Always', containers: [{ ...space.sh(''), command: ['/no/such/program'] }] });
    const pod = await space.until(
      'pod',
      'CrashLoopBackOff',
      (seen) => statusOf(seen)?.state.waiting?.reason === 'CrashLoopBackOff',
    );
    assert.equal(statusOf(pod).lastState.terminated.reason, 'StartError');
    const waits = space.history.map((seen) => statusOf(seen)?.state.waiting?.reason);
    assert.ok(waits.indexOf('RunContainerError') >= 0, String(waits));
    assert.ok(waits.indexOf('RunContainerError') < waits.indexOf('CrashLoopBackOff'), String(waits));
  });

  it('a working directory that the image lacks is made', async (t) => {
    const space = await (await cluster).space(t);
    const { pod, log } = await space.run('pwd; touch made && ls', { container: { workingDir: '/not/there' } });
    assert.equal(pod.status.phase, 'Succeeded');
    assert.match(log, /\/not\/there\nmade\n$/);
  });

  it('a container over its memory limit is OOMKilled with 137 and restarted; its neighbour lives on', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({
      restartPolicy: 'Always',
      containers: [
        space.node(HUNGRY, { name: 'hungry', resources: { limits } }),
        space.sh('exec sleep 1000', { name: 'other' }),
      ],
    });
    const pod = await space.until(
      'pod',
      'restarted',
      (seen) => statusOf(seen, 'hungry')?.restartCount === 1 && statusOf(seen, 'hungry').lastState.terminated,
    );
    const { exitCode, reason } = statusOf(pod, 'hungry').lastState.terminated;
    assert.deepEqual([exitCode, reason], [137, 'OOMKilled']);
    assert.ok(statusOf(pod, 'other').state.running);
    assert.equal(statusOf(pod, 'other').restartCount, 0);
  });

  it('an OOM kill fails a pod that does not restart', async (t) => {
    const space = await (await cluster).space(t);
    await space.create({ containers: [space.node(HUNGRY, { resources: { limits } })] });
    const pod = await space.ended('pod');
    assert.equal(pod.status.phase, 'Failed');
    const { exitCode, reason } = statusOf(pod).state.terminated;
    assert.deepEqual([exitCode, reason], [137, 'OOMKilled']);
  });

  it('memory within the limit, and without one, is left alone', async (t) => {
    const space = await (await cluster).space(t);
    const script = `const all = Buffer.alloc(64 << 20, 1); setTimeout(() => process.exit(all[0] - 1), 1500);`;
    await space.create({
      containers: [
        space.node(script, { name: 'within', resources: { limits: { memory: '256Mi' } } }),
        space.node(script, { name: 'without' }),
      ],
    });
    const pod = await space.ended('pod');
    assert.equal(pod.status.phase, 'Succeeded');
  });
});

describe('last words', { concurrency: 4 }, () => {
  const words = (pod: Parameters<typeof statusOf>[0], name = 'main') => statusOf(pod, name).state.terminated.message;

  it('of a long termination message the last 4096 bytes are kept', async (t) => {
    const space = await (await cluster).space(t);
    const script = `i=0; while [ $i -lt 1000 ]; do echo "line $i"; i=$((i+1)); done > ${AT}/dev/termination-log; exit 1`;
    const { pod } = await space.run(script);
    assert.equal(words(pod).length, 4_096);
    assert.ok(words(pod).endsWith('line 999\n'));
  });

  it('of a long log the last 2048 bytes are taken, of whole lines at most 80', async (t) => {
    const space = await (await cluster).space(t);
    const fallback = { terminationMessagePolicy: 'FallbackToLogsOnError' } as const;
    const say = (text: string) => `i=0; while [ $i -lt 500 ]; do echo "${text} $i"; i=$((i+1)); done; exit 1`;
    await space.create({
      containers: [
        space.sh(say('a line of some length that fills the two thousand bytes before eighty'), {
          name: 'wide',
          ...fallback,
        }),
        space.sh(say('l'), { name: 'narrow', ...fallback }),
      ],
    });
    const pod = await space.ended('pod');
    assert.equal(words(pod, 'wide').length, 2_048);
    assert.ok(words(pod, 'wide').endsWith(' 499\n'));
    assert.equal(words(pod, 'narrow').match(/\n/g)?.length, 80);
    assert.ok(words(pod, 'narrow').endsWith('l 499\n'));
  });

  it('the log is not taken from a container that ended well', async (t) => {
    const space = await (await cluster).space(t);
    const { pod } = await space.run('echo fine', {
      container: { terminationMessagePolicy: 'FallbackToLogsOnError' },
    });
    assert.equal(words(pod), undefined);
  });

  it('all containers of a pod have 12 KiB together, each its share', async (t) => {
    const space = await (await cluster).space(t);
    const names = ['a', 'b', 'c', 'd'];
    const script = `i=0; while [ $i -lt 64 ]; do printf "%064d" $i; i=$((i+1)); done > ${AT}/dev/termination-log; exit 1`;
    await space.create({ containers: names.map((name) => space.sh(script, { name })) });
    const pod = await space.ended('pod');
    for (const name of names) assert.equal(words(pod, name).length, 3_072, name);
  });

  it('the file may be another one', async (t) => {
    const space = await (await cluster).space(t);
    const { pod } = await space.run(`echo here > ${AT}/last/words; exit 1`, {
      container: { terminationMessagePath: '/last/words' },
    });
    assert.equal(words(pod), 'here\n');
  });
});
