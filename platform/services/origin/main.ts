/** The object store of segments: edges fill from it, and it answers nobody else. */
import { join } from 'node:path';
import { readPlayKey } from '#contracts/keys.ts';
import { startService } from '#kit/service.ts';
import { FileObjects } from './engines/files.ts';
import { originRoutes } from './routes.ts';

await startService({
  name: 'origin',
  https: (app, { env, clock, metrics, log }) => {
    const objects = new FileObjects(env.FAULTFLIX_TITLES_FOLDER ?? join(import.meta.dirname, '../../media/titles'));
    originRoutes(app, { objects, key: readPlayKey(env), clock, metrics, log });
  },
});
