/** The CDN edge: manifests and segments from memory, disk, its parent edge or an origin, for those who hold a signed path. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mounted } from '#base/mounts.ts';
import { readPlayKey } from '#contracts/keys.ts';
import { startService } from '#kit/service.ts';
import { TLS_FOLDER } from '#kit/tls.ts';
import { edge } from './edge.ts';

await startService({
  name: 'edge',
  https: (app, context) => {
    const ca = () => readFileSync(join(mounted(TLS_FOLDER, context.env), 'ca.crt'), 'utf8');
    edge(app, { ...context, key: readPlayKey(context.env), ca });
  },
});
