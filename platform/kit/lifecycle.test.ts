import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { stopGently } from './lifecycle.ts';
import { kill, startFixture } from './testing/processes.ts';

describe('the end of a service', () => {
  it('leaves, lets callers notice, drains, and closes everything though a step fails', async () => {
    const done: string[] = [];
    const clock = { now: () => 0, sleep: async (ms: number) => void done.push(`waits ${ms}`) };
    await stopGently(
      {
        leave: () => done.push('leaves'),
        drain: async (graceMs) => {
          done.push(`drains ${graceMs}`);
          throw new Error('no');
        },
        close: [
          () => {
            throw new Error('no');
          },
          () => void done.push('closes'),
        ],
      },
      { clock, log: pino({ enabled: false }), lameDuckMs: 1_000, drainMs: 6_000 },
    );
    assert.deepEqual(done, ['leaves', 'waits 1000', 'drains 6000', 'closes']);
  });

  for (const [how, code] of [
    ['throws', 3],
    ['rejects', 3],
    ['bad-input', 2],
  ] as const)
    it(`a process in which something ${how} logs it with its code and exits ${code}`, async () => {
      const { child, line } = await startFixture('dying-fixture.ts', [how]);
      try {
        const entry = JSON.parse(line) as { 'log.level': string; code: string; error: { message: string } };
        assert.equal(entry['log.level'], 'fatal');
        assert.equal(entry.code, how === 'bad-input' ? 'bad-input' : 'internal');
        assert.equal(entry.error.message, how);
        if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
        assert.equal(child.exitCode, code);
      } finally {
        await kill(child);
      }
    });
});
