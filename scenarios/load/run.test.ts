import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { drive } from './testing/drive-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'load-run-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function script(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
const embedded = (args: string[], env: Record<string, string> = {}) => drive(['--driver', 'embedded', ...args], env);
const nothing = script('nothing.ts', 'export default async function () { console.log("{\\"type\\":\\"end\\"}"); }');

describe('run.ts', () => {
  it('says how it is used', async () => {
    const { exitCode, raw } = await drive(['--help'], {}).done;
    assert.equal(exitCode, 0);
    for (const word of ['--stream', '--driver', 'FAULTFLIX_ROUTERS', 'SSL_CERT_FILE', 'Examples'])
      assert.ok(raw.includes(word));
  });

  it('prints a summary for people on stderr, and nothing on stdout without --stream', async () => {
    const { exitCode, raw, stderr } = await embedded([nothing]).done;
    assert.deepEqual([exitCode, raw], [0, '']);
    assert.match(stderr, /iterations\.+: 1/);
  });

  it('keeps what a script prints out of the stream', async () => {
    const { lines, stderr } = await embedded([nothing, '--stream']).done;
    assert.equal(lines.filter(({ type }) => type === 'end').length, 1);
    assert.match(stderr, /\{"type":"end"\}/);
  });

  it('ends on SIGTERM and SIGINT with summary and end', async () => {
    const path = script(
      'long.ts',
      `export const options = { vus: 2, duration: '60s' };
      export default async function () { await new Promise((done) => setTimeout(done, 60000)); }`,
    );
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const started = embedded([path, '--stream']);
      await started.until((lines) => lines.some(({ type }) => type === 'bucket'));
      started.child.kill(signal);
      const { exitCode, lines } = await started.done;
      assert.equal(exitCode, 4);
      assert.deepEqual(
        lines.slice(-2).map(({ type }) => type),
        ['summary', 'end'],
      );
      assert.equal((lines.at(-1) as { reason?: string }).reason, signal);
    }
  });

  it('ends when nobody reads the stream any more', async () => {
    const path = script(
      'unread.ts',
      `export const options = { vus: 1, duration: '60s' };
      export default async function () { await new Promise((done) => setTimeout(done, 1000)); }`,
    );
    const started = embedded([path, '--stream']);
    await started.until((lines) => lines.some(({ type }) => type === 'bucket'));
    started.child.stdout!.destroy();
    const { exitCode, stderr } = await started.done;
    assert.equal(exitCode, 4);
    assert.match(stderr, /EPIPE/);
  });

  it('says that it fell behind when it did', async () => {
    const path = script(
      'busy.ts',
      `export const options = { iterations: 1 };
      export default async function () {
        await new Promise((done) => setTimeout(done, 150));
        const until = Date.now() + 900;
        while (Date.now() < until);
        await new Promise((done) => setTimeout(done, 50));
      }`,
    );
    const { buckets } = await embedded([path, '--stream']).done;
    assert.ok(Math.max(...buckets.map(({ lagMs }) => lagMs)) > 500);
    assert.ok(
      buckets.filter(({ lagMs }) => lagMs > 500).length >= 5,
      'every bucket of the time in which it stood still',
    );
    assert.deepEqual(
      buckets.map(({ atMs }) => atMs - buckets[0]!.atMs),
      buckets.map((_, index) => index * 100),
    );
  });

  it('fails with a threshold', async () => {
    const path = script(
      'threshold.ts',
      `export const options = { iterations: 1, thresholds: { iterations: ['count>1'] } };
      export default async function () {}`,
    );
    const { exitCode, lines } = await embedded([path, '--stream']).done;
    assert.equal(exitCode, 1);
    assert.deepEqual(lines.find((line) => line.type === 'summary')?.thresholds, { 'iterations: count>1': false });
  });

  const bad: [name: string, args: string[], exitCode: number, says: RegExp][] = [
    ['no script', [], 2, /one script is needed/],
    ['two scripts', [nothing, nothing], 2, /one script is needed/],
    ['a script that is not there', ['nope.ts'], 2, /no such script/],
    ['an unknown option', [nothing, '--fast'], 2, /--fast/],
    ['an unknown driver', [nothing, '--driver', 'gatling'], 2, /gatling/],
    ['viewers without routers', ['viewer.ts'], 2, /FAULTFLIX_ROUTERS/],
    [
      'a module that the driver lacks',
      [script('ws.ts', `import ws from 'k6/ws'; ws; export default () => {};`)],
      2,
      /k6\/ws/,
    ],
  ];
  for (const [name, args, exitCode, says] of bad) {
    it(`refuses ${name}`, async () => {
      const result = await embedded(args).done;
      assert.equal(result.exitCode, exitCode, result.stderr);
      assert.match(result.stderr, says);
    });
  }

  it('cannot run k6 where there is none', async () => {
    const { exitCode, stderr } = await drive([nothing, '--driver', 'k6'], { PATH: '/no/such/folder' }).done;
    assert.equal(exitCode, 3);
    assert.match(stderr, /k6 was asked for/);
  });
});
