/** What there is to watch, from the store, over gRPC. */
import { join } from 'node:path';
import { catalog } from '#contracts/catalog.ts';
import { serve, startService } from '#kit/service.ts';
import { fileTitles } from '#platform/stores/titles/file.ts';
import { catalogHandlers } from './handlers.ts';

await startService({
  name: 'catalog',
  grpc: async ({ env }) => {
    const titles = await fileTitles(env.FAULTFLIX_TITLES ?? join(import.meta.dirname, 'titles.json'));
    return [serve(catalog, catalogHandlers({ titles }))];
  },
});
