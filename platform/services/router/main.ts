/** The front door: sends each viewer to a gateway of the home region, or of the nearest that answers. */
import { startService } from '#kit/service.ts';
import { proxyRoutes } from './proxy.ts';
import { steeringRoute } from './steering.ts';

await startService({
  name: 'router',
  https: (app, context) => {
    steeringRoute(app, context);
    const origins = context.env.FAULTFLIX_PAGE_ORIGINS?.split(',').filter(Boolean) ?? [];
    proxyRoutes(app, { ...context, origins });
  },
});
