/** A page, a title and a search of 1,000,000 titles beside 10,000. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRng } from '#base/rng.ts';
import { writeCatalogue } from '#platform/services/catalog/invent/write.ts';
import { packFileTitles } from '#platform/stores/titles/pack-file.ts';
import { mistyped } from '#platform/stores/titles/search/testing/mistyped.ts';
import type { TitleStore } from '#platform/stores/titles.ts';
import { type Bench, quantile, type Row } from './bench.ts';

const SIZES = [10_000, 1_000_000];
const CALLS = 400;

export const bench: Bench = {
  title: 'Catalogue: a million titles',
  method:
    `Two invented catalogues in files, asked in turn in one process, without gRPC: ${CALLS} pages of 50 after a random ` +
    'rank, titles by id, and searches for a random name with one typing error, one at a time; the p99 of each run. ' +
    'The files are in the page cache.',
  async run({ runs, progress }) {
    const folder = await mkdtemp(join(tmpdir(), 'faultflix-bench-catalog-'));
    const stores: TitleStore[] = [];
    try {
      for (const titles of SIZES) {
        const path = join(folder, `${titles}.pack`);
        await writeCatalogue({ titles, seed: 'bench', path });
        stores.push(await packFileTitles(path));
        progress(`${titles} titles written`);
      }
      const samples = new Map<string, number[]>();
      for (let run = -1; run < runs; run++) {
        for (const store of stores)
          for (const [what, p99] of await measure(store, `${run}`))
            if (run >= 0)
              samples.set(`${what}, ${store.size} titles`, [
                ...(samples.get(`${what}, ${store.size} titles`) ?? []),
                p99,
              ]);
        progress(`run ${run + 1} of ${runs}`);
      }
      return [...samples]
        .sort()
        .map(([what, figures]): Row => ({ what: `${what}, p99`, unit: 'ms', samples: figures }));
    } finally {
      for (const store of stores) await store.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function measure(store: TitleStore, seed: string): Promise<ReadonlyArray<readonly [string, number]>> {
  const rng = seededRng(seed);
  const times = { page: [] as number[], title: [] as number[], search: [] as number[] };
  const timed = async <T>(what: keyof typeof times, call: () => Promise<T>): Promise<T> => {
    const startedMs = performance.now();
    const answer = await call();
    times[what].push(performance.now() - startedMs);
    return answer;
  };
  for (let i = 0; i < CALLS; i++) {
    const afterRank = Math.floor(rng.next() * (store.size - 1));
    const { titles } = await timed('page', () => store.list({ afterRank, limit: 50 }));
    const { id, name } = titles.at(-1)!;
    await timed('title', () => store.get(id));
    await timed('search', () => store.search({ query: mistyped(name.toLowerCase(), 1, rng), limit: 20 }));
  }
  return Object.entries(times).map(([what, figures]) => [what, quantile(figures, 0.99)] as const);
}
