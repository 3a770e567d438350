/** A supervised process in which something goes wrong that nobody catches. `argv`: throws, rejects or bad-input. */
import { FaultflixError } from '#base/errors.ts';
import { superviseProcess } from '../lifecycle.ts';
import { createLog } from '../log.ts';

const identity = { service: 'dying', region: 'global', pod: 'p', podUid: 'u', podIp: '10.0.0.1', node: 'n' } as const;
superviseProcess({ stop: async () => undefined, log: createLog({ identity }) });
const how = process.argv[2]!;
setInterval(() => undefined, 1_000);
if (how === 'throws')
  setImmediate(() => {
    throw new Error(how);
  });
else void Promise.reject(how === 'rejects' ? new Error(how) : new FaultflixError('bad-input', how));
