import type { Vocabulary } from './vocabulary.ts';

const MOST_READINGS = 8;
const SHORTEST_PART = 2;
const SHORTEST_SURE_PART = 3;
/** What the other part of a mistyped word must be like to be believed. */
const LIKE_ENOUGH = 0.7;

/**
 * Ways to read a query whose spaces may be wrong: as it is, with two neighbours joined (`sa lt road`), with one word
 * parted (`saltroad`), also where a letter stands for the space or in a part (`saltbroad`, `saltraod`). Only such joins
 * and parts are tried that give words of the vocabulary.
 */
export function readings(words: readonly string[], vocabulary: Vocabulary): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [words];
  for (let i = 0; i + 1 < words.length; i++) {
    const joined = `${words[i]}${words[i + 1]}`;
    if (vocabulary.has(words[i]!) && vocabulary.has(words[i + 1]!)) continue;
    if (vocabulary.meant({ typed: joined, begun: false, limit: 1 }).length > 0)
      found.push([...words.slice(0, i), joined, ...words.slice(i + 2)]);
  }
  for (const [i, word] of words.entries())
    if (!vocabulary.has(word))
      for (const parts of partings(word, vocabulary))
        found.push([...words.slice(0, i), ...parts, ...words.slice(i + 1)]);
  return found.slice(0, MOST_READINGS);
}

/** Two parts of a word, the surest first. */
function partings(word: string, vocabulary: Vocabulary): string[][] {
  const sure: string[][] = [];
  const likely: string[][] = [];
  const meant = (typed: string) =>
    typed.length >= SHORTEST_SURE_PART &&
    (vocabulary.meant({ typed, begun: false, limit: 1 })[0]?.likeness ?? 0) >= LIKE_ENOUGH;
  for (let at = SHORTEST_PART; at <= word.length - SHORTEST_PART; at++) {
    const front = word.slice(0, at);
    for (const back of [word.slice(at), word.slice(at + 1)]) {
      const known = [front, back].map((part) => part.length >= SHORTEST_PART && vocabulary.has(part));
      if (known[0] && known[1]) sure.push([front, back]);
      else if (known[0] && front.length >= SHORTEST_SURE_PART && meant(back)) likely.push([front, back]);
      else if (known[1] && back.length >= SHORTEST_SURE_PART && meant(front)) likely.push([front, back]);
    }
  }
  return [...sure, ...likely];
}
