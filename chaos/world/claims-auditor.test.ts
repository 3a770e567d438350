/** The real auditor as a child process, which nobody answers; and programs in its place that do not judge. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ChildClaimsAuditor } from './claims-auditor.ts';

async function auditor(t: TestContext, program?: string) {
  const folder = await mkdtemp(join(tmpdir(), 'claims-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'ca.crt'), '');
  const script = join(folder, 'program.ts');
  if (program !== undefined) await writeFile(script, program);
  return new ChildClaimsAuditor({
    ...{ caFile: join(folder, 'ca.crt'), patienceMs: 500, ...(program === undefined ? {} : { script }) },
    // Port 9 (discard): nobody listens there.
    witnesses: async () => ({ cardNetwork: 'https://127.0.0.1:9', mailbox: 'https://127.0.0.1:9', ledgers: [] }),
  });
}

const over = new AbortController();
/** Lines that come, and a stream that then goes on for ever without one. */
async function* lines() {
  yield JSON.stringify({ type: 'account-acknowledged', atMs: 1, account: 'a', mail: 'a@x' });
  await new Promise<void>((resolve) => over.signal.addEventListener('abort', () => resolve(), { once: true }));
}
const settle = (asked: ChildClaimsAuditor) =>
  asked.settle({
    ...{ checks: ['charged-once', 'mailed-once'], lines: lines(), untilMs: 10, faultAtMs: 0 },
    signal: AbortSignal.timeout(60_000),
  });

test('witnesses that nobody can ask make no verdict, by name', async (t) => {
  const asked = await auditor(t);
  const done = settle(asked);
  const claims = await done.finally(() => over.abort());
  assert.deepEqual(
    Object.entries(claims).map(([name, { verdict, acknowledged }]) => [name, verdict, acknowledged]),
    [
      ['charged-once', 'no-data', 0],
      ['mailed-once', 'no-data', 1],
    ],
  );
  assert.match(claims['charged-once']!.why, /the card network could not be asked/);
});

for (const [name, program] of [
  ['says nothing', ''],
  ['judges one of two', `console.log('{"check":"charged-once","verdict":"ok","lost":0,"acknowledged":1,"why":""}')`],
  ['fails', 'process.exitCode = 3'],
] as const)
  test(`known bad: an auditor that ${name}`, async (t) => {
    await assert.rejects(settle(await auditor(t, program)), { code: 'could-not-run' });
  });
