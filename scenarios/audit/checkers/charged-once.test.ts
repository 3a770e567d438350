import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { type MoneyHistory, MoneyHistoryReader } from '../money-history.ts';
import { chargedOnce, type MoneyAnswer } from './charged-once.ts';

const golden = new URL('../../../test/golden/audit/charged-once/', import.meta.url);
const verdicts = ['ok', 'lost', 'no-data'] as const;
type MoneyChecker = (history: MoneyHistory) => MoneyAnswer;

function read(lines: string): MoneyHistory {
  const reader = new MoneyHistoryReader();
  for (const line of lines.split('\n')) reader.add(line);
  return reader.history();
}

const files = verdicts.flatMap((verdict) =>
  readdirSync(new URL(`${verdict}/`, golden)).map((file) => ({
    verdict,
    file,
    history: read(readFileSync(new URL(`${verdict}/${file}`, golden), 'utf8')),
  })),
);

/** The golden histories that a checker judges differently from what their folder says. */
const misjudged = (checker: MoneyChecker): string[] =>
  files.filter(({ verdict, history }) => checker(history).verdict !== verdict).map(({ file }) => file);

describe('charged-once', () => {
  for (const { verdict, file, history } of files) {
    it(`${file} is ${verdict}`, () => {
      const answer = chargedOnce(history);
      assert.equal(answer.verdict, verdict, JSON.stringify(answer));
      assert.equal(answer.lost > 0, verdict === 'lost');
      assert.equal(answer.examples.length > 0, verdict === 'lost');
    });
  }

  it('says which, and why', () => {
    const twice = files.find(({ file }) => file === 'one-of-many-charged-twice.jsonl')!;
    assert.deepEqual(chargedOnce(twice.history).examples, [
      { about: 'bill m7.1', why: 'charged 2 times: ch-107, ch-999' },
    ]);
  });

  it('is held to the golden histories: known-bad checkers fail them', () => {
    const bad: Record<string, MoneyChecker> = {
      'nothing wrong is ok': (history) => {
        const answer = chargedOnce(history);
        return { ...answer, verdict: answer.lost > 0 ? 'lost' : 'ok' };
      },
      'what the platform says of charges is enough': (history) => {
        const charges = history.bills.map((bill) => ({
          ...bill,
          charge: bill.bill,
          reference: bill.bill,
          state: 'captured',
        }));
        return chargedOnce({ ...history, charges });
      },
      'one charge a bill at most, whatever was acknowledged': (history) =>
        chargedOnce({ ...history, acknowledged: history.acknowledged.map((each) => ({ ...each, account: 'a1' })) }),
      'a subscription that is there in any state is kept': (history) => {
        const subscriptions = new Map(
          [...history.subscriptions].map(([id, { plan }]) => [id, { plan, state: 'active' }]),
        );
        return chargedOnce({ ...history, subscriptions });
      },
      'the ledger is a matter of others': (history) =>
        chargedOnce({ ...history, ledgers: [{ currency: 'USD', sumMinor: 0, entries: 1 }] }),
      'any bill may be captured': (history) =>
        chargedOnce({ ...history, bills: history.bills.map((bill) => ({ ...bill, state: 'paid' })) }),
      'the amount does not matter': (history) => {
        const amounts = new Map(
          history.bills.map(({ bill, amountMinor, currency }) => [bill, { amountMinor, currency }]),
        );
        return chargedOnce({
          ...history,
          charges: history.charges.map((each) => ({ ...each, ...amounts.get(each.reference) })),
        });
      },
    };
    assert.deepEqual(misjudged(chargedOnce), []);
    for (const [name, checker] of Object.entries(bad)) assert.notDeepEqual(misjudged(checker), [], name);
  });

  it('refuses a line that is not whole rather than skip it', () => {
    for (const line of [
      '{"type":"charge-seen","charge":"ch-1","reference":"a","state":"captured","currency":"USD"}',
      '{"type":"charge-seen","charge":"ch-1","reference":"a","state":"captured","currency":"USD","amountMinor":"799"}',
      '{"type":"subscription-acknowledged","atMs":1,"account":"","plan":"basic"}',
    ])
      assert.throws(() => read(line), { code: 'bad-input', where: 'line 1' });
    assert.equal(read('a log\n{"type":"constructor"}\n{"torn').charges.length, 0);
  });
});
