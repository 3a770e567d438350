import type { ListedTitle } from '../../titles.ts';
import { typingErrors } from './distance.ts';
import { fillers, wordsOf } from './fold.ts';
import { errorsAllowed, likenessOf } from './vocabulary.ts';

export interface JudgeQuery {
  /** Folded words as they were typed, fillers included. */
  readonly query: readonly string[];
  readonly titles: readonly ListedTitle[];
  /** Titles in the catalogue. */
  readonly size: number;
  readonly limit: number;
}

/**
 * What makes a name fit (the first three shares add up to 1), how much of a fit by people, genres and words of the name
 * together counts, and how much popularity decides.
 */
const share = { typed: 0.5, name: 0.2, whole: 0.3, mixed: 0.85, popularity: 0.08 };
const field = { name: 1, people: 0.8, genre: 0.7 };
/** A title of which less was meant is not shown at all. */
const LEAST = 0.42;

/** The best first; of equals the more popular. */
export function judge({ query, titles, size, limit }: JudgeQuery): ListedTitle[] {
  const typed = query.filter((word) => !fillers.has(word));
  const words = typed.length > 0 ? typed : query;
  return titles
    .map((title) => ({ title, score: scoreOf({ title, words, query, size }) }))
    .filter(({ score }) => score >= LEAST)
    .sort((a, b) => b.score - a.score || a.title.rank - b.title.rank)
    .slice(0, limit)
    .map(({ title }) => title);
}

interface Scoring {
  readonly title: ListedTitle;
  readonly words: readonly string[];
  readonly query: readonly string[];
  readonly size: number;
}

function scoreOf({ title, words, query, size }: Scoring): number {
  const nameWords = wordsOf(title.name);
  const telling = nameWords.filter((word) => !fillers.has(word));
  const name = telling.length > 0 && !words.every((word) => fillers.has(word)) ? telling : nameWords;
  const people = title.people.flatMap((person) => wordsOf(person.name));
  const genres = title.genres.flatMap(wordsOf);
  let typed = 0;
  let letters = 0;
  for (const [i, word] of words.entries()) {
    const begun = i === words.length - 1;
    const best = Math.max(
      field.name * likest(word, name, begun),
      field.people * likest(word, people, begun),
      field.genre * likest(word, genres, begun),
    );
    typed += word.length * best;
    letters += word.length;
  }
  const coverage = name.reduce((sum, word) => sum + word.length * likest(word, words, false), 0);
  const nameLetters = name.reduce((sum, word) => sum + word.length, 0);
  const popularity = 1 - Math.log(title.rank) / Math.log(Math.max(size, title.rank) + 1);
  const byName =
    share.typed * Math.max(typed / letters, wholeLikeness(words.join(''), name.join(''))) +
    share.name * (coverage / nameLetters) +
    share.whole * wholeLikeness(query.join(' '), nameWords.join(' '));
  const fit = Math.max(byName, (share.mixed * typed) / letters);
  return (1 - share.popularity) * fit + share.popularity * popularity;
}

function likest(typed: string, words: readonly string[], begun: boolean): number {
  const most = errorsAllowed(typed.length);
  let best = 0;
  for (const word of words) {
    if (word === typed) return 1;
    if (begun && word.startsWith(typed)) best = Math.max(best, likenessOf.begun(typed.length, word.length));
    const errors = most > 0 ? typingErrors(typed, word, most) : 1;
    if (errors <= most) best = Math.max(best, likenessOf.errors(errors, typed.length));
  }
  return best;
}

const MOST_ERRORS = 4;

/** Of two texts with their spaces: 1 when equal, 0 from five errors on or a third of the letters. */
function wholeLikeness(a: string, b: string): number {
  const most = Math.min(MOST_ERRORS, Math.floor(Math.max(a.length, b.length) / 3));
  const errors = typingErrors(a, b, most);
  return errors > most ? 0 : 1 - errors / (most + 1);
}
