/** Starts streams: checks the title, chooses the edges, signs the paths; and hears that streams still play. */
import { catalog } from '#contracts/catalog.ts';
import { readPlayKey } from '#contracts/keys.ts';
import { playback } from '#contracts/playback.ts';
import { serve, startService } from '#kit/service.ts';
import { edgesFor } from './edges.ts';
import { playbackHandlers } from './handlers.ts';

await startService({
  name: 'playback',
  grpc: (context) => [
    serve(
      playback,
      playbackHandlers({
        titles: context.client(catalog),
        edges: edgesFor(context),
        key: readPlayKey(context.env),
        clock: context.clock,
        metrics: context.metrics,
      }),
    ),
  ],
});
