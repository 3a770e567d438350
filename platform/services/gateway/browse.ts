import { messageOf } from '#base/errors.ts';
import type { CatalogDefinition } from '#contracts/generated/faultflix/catalog/v1/Catalog.ts';
import type { Title__Output } from '#contracts/generated/faultflix/catalog/v1/Title.ts';
import type { Client, ServiceContext } from '#kit/service.ts';
import { popularRow, type Row, rowsOf } from './rows.ts';

export interface Shelf {
  /** Rows of titles; the popular ones that were last known, with `degraded: true`, while the catalogue is out. */
  rows(): Promise<{ readonly rows: readonly Row[]; readonly degraded: boolean }>;
  /** Asks once in the background, so that there is something last known before the first viewer comes. */
  warmUp(): void;
}

export interface ShelfParts {
  readonly catalog: Pick<Client<CatalogDefinition>, 'listTitles'>;
  readonly context: Pick<ServiceContext, 'withFallback' | 'log'>;
}

/** More titles than a page shows; the catalogue's largest page. */
const PAGE_SIZE = 200;

export function browseShelf({ catalog, context }: ShelfParts): Shelf {
  let lastKnown: readonly Title__Output[] | undefined;
  const fetch = async (): Promise<readonly Row[]> => {
    const { titles } = await catalog.listTitles({ pageSize: PAGE_SIZE }, { priority: 'browsing' });
    lastKnown = titles;
    return rowsOf(titles);
  };
  return {
    async rows() {
      const { value, degraded } = await context.withFallback<readonly Row[]>({
        name: 'popular-titles',
        call: fetch,
        instead: (reason) => {
          if (lastKnown === undefined) throw reason;
          return [popularRow(lastKnown)];
        },
      });
      return { rows: value, degraded };
    },
    warmUp() {
      fetch().catch((thrown: unknown) =>
        context.log.info(
          { reason: messageOf(thrown) },
          'no popular titles yet; the first viewer who browses asks again',
        ),
      );
    },
  };
}
