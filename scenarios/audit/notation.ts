import { FaultflixError } from '#base/errors.ts';
import type { History, Observation, Play } from './history.ts';

/**
 * A mini-language for histories in tests and golden files: one play a line, times in seconds.
 *
 *     # a comment
 *     fault@15
 *     p1: ack@1 seg@1.2 beat@11 seg@16 end@20
 *     p2: ack@2 denied@5:1404 gave-up@6
 *     end@60
 *
 * `ack` acknowledged, `seg` and `beat` continued, `denied` refused (with k6's code), `end` ended by the viewer,
 * `cut` ended by the end of the run, `gave-up` ended in vain. A line `end@…` is the driver's last word; without it the
 * history breaks off at `until@…`, or at its last observation.
 */
export function parseNotation(text: string): History {
  const plays: Play[] = [];
  const faultsAtMs: number[] = [];
  let untilMs = 0;
  let complete = false;
  let lines = 0;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/#.*/, '').trim();
    if (line === '') continue;
    lines++;
    const play = /^(\w+):\s*(.*)$/.exec(line);
    if (play) {
      const observations = play[2]!.split(/\s+/).map((word) => observationOf(word, index + 1));
      plays.push({ playback: play[1]!, session: `session of ${play[1]}`, title: 'title', observations });
      untilMs = Math.max(untilMs, ...observations.map(({ atMs }) => atMs));
      continue;
    }
    const { word, atMs } = split(line, index + 1);
    if (word === 'fault') faultsAtMs.push(atMs);
    else if (word === 'end' || word === 'until') untilMs = Math.max(untilMs, atMs);
    else throw wrong(line, index + 1);
    if (word === 'end') complete = true;
  }
  return { plays, faultsAtMs, untilMs, complete, lines };
}

const words: Readonly<Record<string, Pick<Observation, 'event' | 'by'>>> = {
  ack: { event: 'acknowledged' },
  seg: { event: 'continued', by: 'segment' },
  beat: { event: 'continued', by: 'heartbeat' },
  denied: { event: 'refused', by: 'heartbeat' },
  end: { event: 'ended', by: 'finished' },
  cut: { event: 'ended', by: 'cut-off' },
  'gave-up': { event: 'ended', by: 'gave-up' },
};

function observationOf(text: string, line: number): Observation {
  const { word, atMs, code } = split(text, line);
  const known = words[word];
  if (!known) throw wrong(text, line);
  return { ...known, atMs, ...(code ? { code } : {}) };
}

function split(text: string, line: number): { word: string; atMs: number; code: string | undefined } {
  const match = /^([a-z-]+)@(\d+(?:\.\d+)?)(?::(\w+))?$/.exec(text);
  if (!match) throw wrong(text, line);
  return { word: match[1]!, atMs: Number(match[2]) * 1_000, code: match[3] };
}

function wrong(text: string, line: number): FaultflixError {
  return new FaultflixError('bad-input', `not of the notation: ${text}`, {
    where: `line ${line}`,
    expected: 'word@seconds, such as ack@1, seg@1.5, beat@10, denied@5:1404, end@20, fault@15',
    received: text,
  });
}
