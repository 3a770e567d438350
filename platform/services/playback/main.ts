/** Starts streams: checks the title, chooses the edges, signs the paths; and hears that streams still play. */
import { catalog } from '#contracts/catalog.ts';
import { readPlayKey } from '#contracts/keys.ts';
import { playback } from '#contracts/playback.ts';
import { serve, startService } from '#kit/service.ts';
import { lateStore } from '#platform/stores/late-store.ts';
import { edgesFor } from './edges.ts';
import { playbackHandlers } from './handlers.ts';
import { State } from './state.ts';
import { viewing } from './viewing.ts';

await startService({
  name: 'playback',
  grpc: (context) => {
    const open = async () => (await import('#platform/stores/open.ts')).openStore(context);
    const edges = context.endpoints('edge', 'https');
    const isEdge = (at: string) => edges.list().some(({ host, port }) => at === `${host}:${port}`);
    return [
      serve(
        playback,
        playbackHandlers({
          titles: context.client(catalog),
          edges: edgesFor(context),
          state: new State({ ...context, store: lateStore({ ...context, open, meanwhile: 'streams have no limit' }) }),
          hear: viewing({ metrics: context.metrics, isEdge }),
          key: readPlayKey(context.env),
          clock: context.clock,
          metrics: context.metrics,
        }),
      ),
    ];
  },
});
