/** What a profile may like, from what it did and what the models know of the catalogue. */
import { recommendations } from '#contracts/recommendations.ts';
import { serve, startService } from '#kit/service.ts';
import { lateStore } from '#platform/stores/late-store.ts';
import { recommendationsHandlers } from './handlers.ts';
import { MODEL, openTaste } from './open-taste.ts';
import { RecentEvents } from './recents.ts';

await startService({
  name: 'recommendations',
  grpc: async (context) => {
    const { clock, env, ending, metrics } = context;
    const open = async () => (await import('#platform/stores/open.ts')).openStore(context);
    const store = lateStore({ ...context, open, meanwhile: 'profiles get what is popular' });
    const recent = new RecentEvents({ store, clock });
    const following = recent.follow(ending);
    context.onShutdown(() => following);
    const taste = await openTaste(env.FAULTFLIX_MODEL ?? MODEL);
    return [serve(recommendations, recommendationsHandlers({ taste, recent, metrics }))];
  },
});
