/** The CDN edge: manifests and segments from memory, disk, its parent edge or an origin, for those who hold a signed path. */
import { readPlayKey } from '#contracts/keys.ts';
import { startService } from '#kit/service.ts';
import { edge } from './edge.ts';

await startService({
  name: 'edge',
  https: (app, context) => {
    edge(app, { ...context, key: readPlayKey(context.env), trust: () => context.certificates });
  },
});
