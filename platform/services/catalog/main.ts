/** What there is to watch, from the store, over gRPC. */
import { join } from 'node:path';
import { catalog } from '#contracts/catalog.ts';
import { serve, startService } from '#kit/service.ts';
import { openTitles } from '#platform/stores/titles/open.ts';
import { catalogHandlers } from './handlers.ts';
import { catalogMetrics } from './metrics.ts';

await startService({
  name: 'catalog',
  grpc: async ({ env, metrics, onShutdown }) => {
    const titles = await openTitles(env.FAULTFLIX_TITLES ?? join(import.meta.dirname, 'titles.pack.zst'));
    onShutdown(() => titles.close());
    return [serve(catalog, catalogHandlers({ titles, onSearch: catalogMetrics(metrics, titles.size).onSearch }))];
  },
});
