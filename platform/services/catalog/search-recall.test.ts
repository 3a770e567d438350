import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { sample, seededRng } from '#base/rng.ts';
import { openTitles } from '#platform/stores/titles/open.ts';
import { mistyped } from '#platform/stores/titles/search/testing/mistyped.ts';
import type { ListedTitle } from '#platform/stores/titles.ts';

const SAMPLED = 500;
const TOP = 5;
const store = await openTitles(join(import.meta.dirname, 'titles.pack.zst'));
const rng = seededRng('recall');
const ranks = sample(
  Array.from({ length: store.size }, (_, rank) => rank),
  SAMPLED,
  rng,
);

/** The share of names that are among the first five when they are typed with so many errors. */
async function recall(errors: number, find: (query: string) => Promise<readonly ListedTitle[]>): Promise<number> {
  let found = 0;
  for (const afterRank of ranks) {
    const title = (await store.list({ afterRank, limit: 1 })).titles[0]!;
    const titles = await find(mistyped(title.name.toLowerCase(), errors, rng));
    if (titles.some(({ id }) => id === title.id)) found++;
  }
  return found / SAMPLED;
}

describe(`of ${SAMPLED} names typed with errors, in the first ${TOP}`, () => {
  const search = (query: string) => store.search({ query, limit: TOP });
  for (const [errors, least] of [
    [0, 1],
    [1, 0.98],
    [2, 0.94],
  ] as const)
    it(`at least ${100 * least} % are found with ${errors}`, async () => {
      const share = await recall(errors, search);
      assert(share >= least, `${100 * share} %`);
    });

  it('few are found by a search that forgives nothing: the test can fail', async () => {
    const all = (await Promise.all(ranks.map((afterRank) => store.list({ afterRank, limit: 1 })))).flatMap(
      ({ titles }) => titles,
    );
    const exact = async (query: string) => all.filter(({ name }) => name.toLowerCase() === query);
    assert((await recall(1, exact)) < 0.1);
  });
});
