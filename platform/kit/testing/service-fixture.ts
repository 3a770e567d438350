/** A whole service of the kit, as `main.ts` of a service is: for tests that start, break and end it. */
import { catalog } from '#contracts/catalog.ts';
import { currentRequest } from '../request-context.ts';
import { serve, startService } from '../service.ts';
import { namedCatalog } from './named-catalog.ts';

await startService({
  name: 'catalog',
  grpc: ({ identity, clock }) => [
    serve(catalog, {
      ...namedCatalog(identity.pod),
      listTitles: async () => ({ titles: [{ id: identity.pod, name: currentRequest()?.session ?? '' }] }),
      getTitle: async ({ id }) => {
        if (id.startsWith('slow-')) await clock.sleep(Number(id.slice('slow-'.length)));
        return { title: { id, name: identity.pod } };
      },
    }),
  ],
  https: (app, { identity }) => {
    app.get('/who', { config: { priority: 'playing' } }, async () => ({
      pod: identity.pod,
      session: currentRequest()?.session,
      priority: currentRequest()?.priority,
    }));
    app.post('/echo', async (request) => ({ body: request.body, session: currentRequest()?.session }));
  },
});
