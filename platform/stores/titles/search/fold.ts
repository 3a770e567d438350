/**
 * Letters that NFKD does not take apart though people type them apart; of Unicode's confusables only what names of
 * European languages have.
 */
const apart: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ħ: 'h',
  ı: 'i',
  ŋ: 'n',
};

const plain = /^[a-z0-9 ',.!?&:-]*$/;

/** Lower case without accents, only letters, digits and single spaces: what two ways to type the same have in common. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  if (plain.test(lower))
    return lower
      .replaceAll("'", '')
      .replaceAll(/[^a-z0-9]+/g, ' ')
      .trim();
  return lower
    .normalize('NFKD')
    .replaceAll(/[\p{M}'’ʼ]/gu, '')
    .replaceAll(/[ßæœøđðþłħıŋ]/g, (letter) => apart[letter]!)
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** `fold`, in words. */
export function wordsOf(text: string): string[] {
  const folded = fold(text);
  return folded === '' ? [] : folded.split(' ');
}

/** Words that tell no title from another; searched for only when a query has no other. */
export const fillers: ReadonlySet<string> = new Set(
  'a an and at by for from in into is of on or the to with'.split(' '),
);
