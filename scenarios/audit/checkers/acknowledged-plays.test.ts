import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parseNotation } from '../notation.ts';
import type { Checker } from '../verdict.ts';
import { acknowledgedPlays } from './acknowledged-plays.ts';

const golden = new URL('../../../test/golden/audit/acknowledged-plays/', import.meta.url);
const verdicts = ['ok', 'lost', 'no-data'] as const;

/** The golden histories that a checker judges differently from what their folder says. */
function misjudged(checker: Checker): string[] {
  return verdicts.flatMap((verdict) =>
    readdirSync(new URL(`${verdict}/`, golden))
      .filter(
        (file) =>
          checker(parseNotation(readFileSync(new URL(`${verdict}/${file}`, golden), 'utf8'))).verdict !== verdict,
      )
      .map((file) => `${verdict}/${file}`),
  );
}

describe('acknowledged-plays', () => {
  for (const verdict of verdicts) {
    for (const file of readdirSync(new URL(`${verdict}/`, golden))) {
      it(`${file} is ${verdict}`, () => {
        const answer = acknowledgedPlays(parseNotation(readFileSync(new URL(`${verdict}/${file}`, golden), 'utf8')));
        assert.equal(answer.verdict, verdict, answer.why);
        assert.equal(answer.lost > 0, verdict === 'lost');
        assert.equal(answer.examples.length > 0, verdict === 'lost');
        assert.equal(answer.acknowledged, answer.lost + answer.continued + answer.undecided);
      });
    }
  }

  it('says why, with the time since the acknowledgement', () => {
    const answer = acknowledgedPlays(parseNotation('fault@15\np1: ack@5 seg@5.2 denied@20:1404 gave-up@21\nend@60'));
    assert.deepEqual(answer.examples, [
      {
        playback: 'p1',
        session: 'session of p1',
        title: 'title',
        acknowledgedAtMs: 5_000,
        why: 'denied by heartbeat (1404) at +15.0 s, never taken back',
      },
    ]);
  });

  it('is held to the golden histories: known-bad checkers fail them', () => {
    const bad: Record<string, Checker> = {
      'any proof will do, also one from before the fault': (history) =>
        acknowledgedPlays({ ...history, faultsAtMs: [] }),
      'nothing lost is ok': (history) => {
        const answer = acknowledgedPlays(history);
        return { ...answer, verdict: answer.lost > 0 ? 'lost' : 'ok' };
      },
      'one in ten may be lost': (history) => {
        const answer = acknowledgedPlays(history);
        return answer.lost > 0 && answer.lost / answer.acknowledged <= 0.1 ? { ...answer, verdict: 'ok' } : answer;
      },
      'only what is denied is lost': (history) =>
        acknowledgedPlays({
          ...history,
          plays: history.plays.filter(({ observations }) => observations.some(({ event }) => event !== 'acknowledged')),
        }),
    };
    assert.deepEqual(misjudged(acknowledgedPlays), []);
    for (const [name, checker] of Object.entries(bad)) assert.notDeepEqual(misjudged(checker), [], name);
  });
});
