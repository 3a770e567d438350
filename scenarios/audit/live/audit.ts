import type { Clock } from '#base/clock.ts';
import { type Heard, judged, type LiveAnswer, type LiveCheck, outstanding } from './judge.ts';
import type { Promises } from './promises.ts';
import type { Witnesses } from './witnesses.ts';

export interface LiveAuditOptions {
  readonly checks: readonly LiveCheck[];
  /** Lines of the load stream still come into it while the audit waits. */
  readonly promises: Pick<Promises, 'until'>;
  readonly witnesses: Pick<Witnesses, 'testimony'>;
  readonly clock: Clock;
  /** Accounts acknowledged until then are judged. Epoch ms. */
  readonly untilMs: number;
  /** Something must have been tried after it. Epoch ms. */
  readonly faultAtMs?: number | undefined;
  /** So long it is waited for what is on its way. */
  readonly patienceMs: number;
}

const LOOK_EVERY_MS = 1_000;

/**
 * Judges a platform that runs: asks the witnesses, waits until every viewer has read its bills after that, asks again, and
 * judges when nothing is on its way any more. What is still on its way when patience ends makes no verdict: `no-data`, named.
 * Something that is there twice is wrong at any time.
 */
export async function liveAudit(options: LiveAuditOptions): Promise<LiveAnswer[]> {
  const { checks, promises, witnesses, clock, untilMs, faultAtMs, patienceMs } = options;
  const deadlineMs = clock.now() + patienceMs;
  const answers = new Map<LiveCheck, LiveAnswer>();
  let before = { atMs: clock.now(), ...(await witnesses.testimony()) };
  for (;;) {
    await clock.sleep(LOOK_EVERY_MS);
    const over = clock.now() >= deadlineMs;
    const promised = promises.until(untilMs);
    const allRead = promised.every(({ read }) => (read?.atMs ?? 0) >= before.atMs);
    if (!allRead && !over) continue;
    const atMs = clock.now();
    const after = await witnesses.testimony();
    const heard: Heard = { promised, before, after, faultAtMs };
    for (const check of checks) {
      if (answers.has(check)) continue;
      const answer = answerOf(check, heard, over);
      if (answer) answers.set(check, answer);
    }
    if (answers.size === checks.length) return checks.map((check) => answers.get(check)!);
    before = { atMs, ...after };
  }
}

function answerOf(check: LiveCheck, heard: Heard, over: boolean): LiveAnswer | undefined {
  const waits = outstanding(check, heard);
  const answer = judged(check, heard);
  if (waits.length === 0) return answer;
  if (!over) return undefined;
  const twice = answer.examples.filter(({ why }) => /^(charged \d+ times|\d+ mails)/.test(why));
  if (twice.length > 0) return { ...answer, examples: twice, why: `${answer.why}; and ${waits.join(', ')}` };
  return { ...answer, verdict: 'no-data', lost: 0, why: `not over: ${waits.join(', ')}` };
}
