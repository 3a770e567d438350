/** What viewers' devices call, behind the router: sign-in, browsing, starting, heartbeats. */
import { catalog } from '#contracts/catalog.ts';
import { readPlayKey } from '#contracts/keys.ts';
import { playback } from '#contracts/playback.ts';
import { startService } from '#kit/service.ts';
import { browseShelf } from './browse.ts';
import { routes } from './routes.ts';

await startService({
  name: 'gateway',
  https: (app, context) => {
    const shelf = browseShelf({ catalog: context.client(catalog), context });
    shelf.warmUp();
    routes(app, {
      shelf,
      playback: context.client(playback),
      key: readPlayKey(context.env),
      clock: context.clock,
      region: context.identity.region,
    });
  },
});
