import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import type { Line, PlayedLine } from '../load/stream.ts';
import type { Answer } from './verdict.ts';

const program = new URL('./check.ts', import.meta.url).pathname;

async function check(input: string, args: string[] = []) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => undefined); // it may end without having read all
  child.stdin.end(input);
  const [out, err, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { exitCode, err, answer: out === '' ? undefined : (JSON.parse(out) as Answer) };
}

const played = (atMs: number, event: PlayedLine['event'], by?: string): string =>
  line({
    type: 'played',
    atMs,
    session: 's',
    title: 't',
    playback: 'p',
    event,
    ...(by ? { by } : {}),
    acknowledged: true,
    continued: event !== 'acknowledged',
  });
const line = (value: Line | { type: 'fault'; atMs: number }): string => `${JSON.stringify(value)}\n`;
const end = line({ type: 'end', atMs: 90_000, exitCode: 0 });
const alive = played(1_000, 'acknowledged') + played(2_000, 'continued', 'segment');

describe('check.ts', () => {
  it('reads the stream on stdin and skips what is not of it', async () => {
    const { exitCode, answer } = await check(`log output\n{"type":"other"}\n${alive}{"torn":\n${end}`);
    assert.equal(exitCode, 0);
    assert.deepEqual([answer?.verdict, answer?.acknowledged, answer?.continued], ['ok', 1, 1]);
  });

  it('holds plays to the fault, told among the lines or on the command line', async () => {
    const among = await check(alive + line({ type: 'fault', atMs: 15_000 }) + end);
    const told = await check(alive + end, ['--fault-at', '15000']);
    for (const { exitCode, answer } of [among, told]) {
      assert.equal(exitCode, 1);
      assert.deepEqual([answer?.verdict, answer?.lost], ['lost', 1]);
    }
  });

  for (const [verdict, code] of [
    ['ok/one-of-each', 0],
    ['lost/charged-twice', 1],
    ['no-data/empty', 5],
  ] as const)
    it(`judges money, by name: ${verdict}`, async () => {
      const file = new URL(`../../test/golden/audit/charged-once/${verdict}.jsonl`, import.meta.url).pathname;
      const { exitCode, answer } = await check('', ['--check', 'charged-once', file]);
      assert.deepEqual([exitCode, answer?.check, answer?.verdict], [code, 'charged-once', verdict.split('/')[0]]);
    });

  it('has no data when there is no history', async () => {
    const { exitCode, answer } = await check('');
    assert.deepEqual([exitCode, answer?.verdict], [5, 'no-data']);
  });

  for (const args of [['/no/such/file'], ['--nonsense'], ['--check', 'nonsense'], ['--fault-at', 'noon'], ['a', 'b']]) {
    it(`refuses ${args.join(' ')}`, async () => {
      const { exitCode, err, answer } = await check('', args);
      assert.deepEqual([exitCode, answer, JSON.parse(err).code], [2, undefined, 'bad-input']);
    });
  }
});
