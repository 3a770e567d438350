import type { Vocabulary } from './vocabulary.ts';

const MOST_READINGS = 6;
const SHORTEST_PART = 2;

/**
 * Ways to read a query whose spaces may be wrong: as it is, with two neighbours joined (`sa lt road`), with one word
 * parted (`saltroad`). Only such joins and parts are tried that give words of the vocabulary.
 */
export function readings(words: readonly string[], vocabulary: Vocabulary): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [words];
  for (let i = 0; i + 1 < words.length && found.length < MOST_READINGS; i++) {
    const joined = `${words[i]}${words[i + 1]}`;
    if (vocabulary.has(words[i]!) && vocabulary.has(words[i + 1]!)) continue;
    if (vocabulary.meant({ typed: joined, begun: false, limit: 1 }).length > 0)
      found.push([...words.slice(0, i), joined, ...words.slice(i + 2)]);
  }
  for (let i = 0; i < words.length && found.length < MOST_READINGS; i++) {
    const word = words[i]!;
    if (vocabulary.has(word)) continue;
    for (let at = SHORTEST_PART; at <= word.length - SHORTEST_PART && found.length < MOST_READINGS; at++) {
      const parts = [word.slice(0, at), word.slice(at)];
      if (parts.every((part) => vocabulary.has(part)))
        found.push([...words.slice(0, i), ...parts, ...words.slice(i + 1)]);
    }
  }
  return found;
}
