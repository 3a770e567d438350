/** What viewers' devices call, behind the router: signing in, browsing, starting, heartbeats, subscribing. */
import { billing } from '#contracts/billing.ts';
import { catalog } from '#contracts/catalog.ts';
import { readPlayKey } from '#contracts/keys.ts';
import { playback } from '#contracts/playback.ts';
import { recommendations } from '#contracts/recommendations.ts';
import { users } from '#contracts/users.ts';
import { startService } from '#kit/service.ts';
import { browseShelf } from './browse.ts';
import { tellPeers } from './limits/gossip.ts';
import { regionPeers } from './limits/peers.ts';
import { SharedLimits } from './limits/shared-limits.ts';
import { routes } from './routes.ts';

await startService({
  name: 'gateway',
  https: (app, context) => {
    const { clock, env, identity } = context;
    const clients = {
      ...{ catalog: context.client(catalog), playback: context.client(playback), users: context.client(users) },
      ...{ billing: context.client(billing), recommendations: context.client(recommendations) },
      oidc: () => context.https('users'),
    };
    const recommending = context.endpoints('recommendations', 'grpc');
    const shelf = browseShelf({ ...clients, context, recommends: () => recommending.list().length > 0 });
    shelf.warmUp();

    const peers = regionPeers(context);
    const limits = new SharedLimits({ clock, peers: peers.names });
    const own = { context, clock, limits, key: readPlayKey(env), pod: identity.podIp, region: identity.region };
    const telling = tellPeers({ ...own, peers: peers.names, send: peers.send, signal: context.ending });
    context.onShutdown(async () => {
      await telling;
      peers.close();
    });

    const origins = env.FAULTFLIX_PAGE_ORIGINS?.split(',').filter(Boolean) ?? [];
    routes(app, { ...clients, ...own, shelf, origins });
  },
});
