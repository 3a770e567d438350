import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { type MailAnswer, type MailHistory, mailedOnce, readMails } from './mailed-once.ts';

const golden = new URL('../../../test/golden/audit/mailed-once/', import.meta.url);
type Checker = (history: MailHistory) => MailAnswer;

const files = (['ok', 'lost', 'no-data'] as const).flatMap((verdict) =>
  readdirSync(new URL(`${verdict}/`, golden)).map((file) => {
    const text = readFileSync(new URL(`${verdict}/${file}`, golden), 'utf8');
    return { verdict, file, history: readMails(text.split('\n')) };
  }),
);
const misjudged = (checker: Checker): string[] =>
  files.filter(({ verdict, history }) => checker(history).verdict !== verdict).map(({ file }) => file);

describe('mailed-once', () => {
  for (const { verdict, file, history } of files)
    it(`${file} is ${verdict}`, () => {
      const answer = mailedOnce(history);
      assert.equal(answer.verdict, verdict, JSON.stringify(answer));
      assert.equal(answer.examples.length > 0, verdict === 'lost');
    });

  it('is held to the golden histories: known-bad checkers fail them', () => {
    const bad: Record<string, Checker> = {
      'nothing wrong is ok': (history) => {
        const answer = mailedOnce(history);
        return { ...answer, verdict: answer.lost > 0 ? 'lost' : 'ok' };
      },
      'one at least is enough': (history) =>
        mailedOnce({ ...history, seen: [...new Map(history.seen.map((mail) => [mail.event, mail])).values()] }),
      'one at most is enough': (history) =>
        mailedOnce({ ...history, due: new Set(history.seen.map(({ event }) => event)) }),
      'any Message-ID will do': (history) =>
        mailedOnce({
          ...history,
          seen: history.seen.map((mail) => ({ ...mail, messageId: `<${mail.event}@faultflix.test>` })),
        }),
      'what was dropped counts': (history) =>
        mailedOnce({ ...history, seen: history.seen.flatMap((mail) => (mail.duplicates > 0 ? [mail, mail] : [mail])) }),
      'mails of no event do not matter': (history) =>
        mailedOnce({ ...history, seen: history.seen.filter(({ event }) => history.due.has(event)) }),
    };
    assert.deepEqual(misjudged(mailedOnce), []);
    for (const [name, checker] of Object.entries(bad)) assert.notDeepEqual(misjudged(checker), [], name);
  });

  it('refuses a line that is not whole rather than skip it', () => {
    for (const line of [
      '{"type":"mail-due","event":""}',
      '{"type":"mail-seen","event":"e1","messageId":"<e1@faultflix.test>"}',
      '{"type":"mail-seen","event":"e1","duplicates":0}',
    ])
      assert.throws(() => readMails([line]), { code: 'bad-input', where: 'line 1' });
  });
});
