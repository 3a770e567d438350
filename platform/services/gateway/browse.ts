import { messageOf } from '#base/errors.ts';
import type { CatalogDefinition } from '#contracts/generated/faultflix/catalog/v1/Catalog.ts';
import type { Title__Output } from '#contracts/generated/faultflix/catalog/v1/Title.ts';
import type { RecommendationsDefinition } from '#contracts/generated/faultflix/recommendations/v1/Recommendations.ts';
import type { Client, ServiceContext } from '#kit/service.ts';
import { filledRows, popularRow, type Row, rowsOf } from './rows.ts';

/** For whom. */
export interface Audience {
  /** ISO 3166-1 alpha-2; empty: everywhere. */
  readonly country: string;
  readonly profile?: string;
  /** Nothing above this age is shown; absent: everything. */
  readonly maxAge?: number;
}

export interface Home {
  readonly rows: Row[];
  readonly degraded: boolean;
}

export interface Shelf {
  /**
   * The home rows: those of recommendations; the catalogue's when it is out; and the popular titles that were last known
   * when the catalogue is out too. Lesser rows are `degraded`.
   */
  rows(audience: Audience): Promise<Home>;
  /** Asks once in the background, so that there is something last known before the first viewer comes. */
  warmUp(): void;
}

export interface ShelfParts {
  readonly catalog: Pick<Client<CatalogDefinition>, 'listTitles' | 'getTitles'>;
  readonly recommendations: Pick<Client<RecommendationsDefinition>, 'home'>;
  /** Whether there is any pod of recommendations. Without one, a viewer without a profile misses nothing personal. */
  readonly recommends: () => boolean;
  readonly context: Pick<ServiceContext, 'withFallback' | 'log'>;
}

/** More titles than a page shows; the catalogue's largest page. */
const PAGE_SIZE = 200;
const PERSONAL = { rows: 8, rowLength: 20 } as const;
/** Nobody in particular gets what the catalogue's own rows have, and a few for those without a licence. */
const EVERYBODY = { rows: 6, rowLength: 12 } as const;
/** Leaves the catalogue its time when recommendations hang. */
const RECOMMENDATIONS_MS = 800;

export function browseShelf({ catalog, recommendations, recommends, context }: ShelfParts): Shelf {
  let lastKnown: readonly Title__Output[] | undefined;

  const fromCatalogue = async (audience: Audience): Promise<Home> => {
    const { value, degraded } = await context.withFallback<Row[]>({
      name: 'popular-titles',
      call: async () => {
        const asked = { pageSize: PAGE_SIZE, country: audience.country };
        const { titles } = await catalog.listTitles(asked, { priority: 'browsing' });
        lastKnown = titles;
        return rowsOf(titles.filter(suits(audience)));
      },
      instead: (reason) => {
        if (lastKnown === undefined) throw reason;
        return [popularRow(lastKnown.filter(suits(audience)))];
      },
    });
    return { rows: value, degraded };
  };

  const personal = async (audience: Audience): Promise<Home> => {
    const { profile = '' } = audience;
    const asked = { profile, ...(profile === '' ? EVERYBODY : PERSONAL) };
    const { rows, degraded } = await recommendations.home(asked, {
      priority: 'browsing',
      timeoutMs: RECOMMENDATIONS_MS,
    });
    const ids = new Set(
      rows.flatMap(({ about, titleIds, kind }) => (kind === 'because' ? [about, ...titleIds] : titleIds)),
    );
    const wanted = { ids: [...ids].slice(0, PAGE_SIZE), country: audience.country };
    const { titles } = await catalog.getTitles(wanted, { priority: 'browsing' });
    const filled = filledRows(rows, titles.filter(suits(audience)));
    return filled.length > 0 ? { rows: filled, degraded } : fromCatalogue(audience);
  };

  return {
    async rows(audience) {
      if (audience.profile === undefined && !recommends()) return fromCatalogue(audience);
      const { value, degraded } = await context.withFallback<Home>({
        name: 'home-rows',
        call: () => personal(audience),
        instead: () => fromCatalogue(audience),
      });
      return { rows: value.rows, degraded: degraded || value.degraded };
    },
    warmUp() {
      fromCatalogue({ country: '' }).catch((thrown: unknown) =>
        context.log.info(
          { reason: messageOf(thrown) },
          'no popular titles yet; the first viewer who browses asks again',
        ),
      );
    },
  };
}

/** The last known titles may be of another country: the licence is looked at here too. */
function suits({ country, maxAge }: Audience): (title: Title__Output) => boolean {
  return ({ age, countries }) =>
    (maxAge === undefined || age <= maxAge) &&
    (country === '' || countries.length === 0 || countries.includes(country));
}
