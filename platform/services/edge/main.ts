/** The CDN edge: manifests and segments from disk and memory over HTTPS, for those who hold a signed path. */
import { join } from 'node:path';
import { readPlayKey } from '#contracts/keys.ts';
import { startService } from '#kit/service.ts';
import { Media } from './media.ts';
import { routes } from './routes.ts';

const MIB = 1_048_576;

await startService({
  name: 'edge',
  https: (app, { env, clock, metrics, log }) => {
    const media = new Media({
      root: env.FAULTFLIX_TITLES_FOLDER ?? join(import.meta.dirname, '../../media/titles'),
      cacheBytes: 48 * MIB,
      largestCachedBytes: 8 * MIB,
    });
    routes(app, { media, key: readPlayKey(env), clock, metrics, log });
  },
});
