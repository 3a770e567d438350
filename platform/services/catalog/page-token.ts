import { FaultflixError } from '#base/errors.ts';

/** What a page token goes on with: it fits no other question. */
export interface Listing {
  readonly genre: string;
  readonly country: string;
}

const VERSION = 1;
const BYTES = 9;

/**
 * A token holds the rank after which the next page begins, so that pages neither repeat nor lose a title when another
 * pod answers, and a check over it and the question. Nobody but this file knows what is in it.
 */
export function pageToken(afterRank: number, listing: Listing): string {
  const bytes = Buffer.alloc(BYTES);
  bytes.writeUInt8(VERSION, 0);
  bytes.writeUInt32BE(afterRank, 1);
  bytes.writeUInt32BE(check(afterRank, listing), 5);
  return bytes.toString('base64url');
}

/** Throws `bad-input` for what is no token of this listing. */
export function afterRankOf(token: string, listing: Listing): number {
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length === BYTES && bytes[0] === VERSION) {
    const afterRank = bytes.readUInt32BE(1);
    if (pageToken(afterRank, listing) === token) return afterRank;
  }
  throw new FaultflixError('bad-input', 'not a page token of this list', {
    where: 'page_token',
    expected: 'next_page_token of an answer to the same genre and country',
    received: token.slice(0, 40),
    todo: 'begin with an empty page token',
  });
}

/** FNV-1a: told apart by accident, not kept secret. */
function check(afterRank: number, { genre, country }: Listing): number {
  let h = 0x811c9dc5;
  for (const byte of Buffer.from(`${afterRank}\n${genre}\n${country}`)) h = Math.imul(h ^ byte, 0x01000193);
  return h >>> 0;
}
