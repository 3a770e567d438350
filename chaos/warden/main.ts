/**
 * The warden of one node: adds and removes the toxics of faults on its node's pods, and heals what nobody keeps alive,
 * with or without the controller and the API server. docs/architecture.md, "The warden".
 */
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reachable } from '#base/address.ts';
import { systemClock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { inClusterConnection } from '#base/kube/connection.ts';
import { KubeHttp } from '#base/kube/http.ts';
import { mounted } from '#base/mounts.ts';
import { innerPorts } from '#base/names.ts';
import { dieOfUncaught, makeLog } from '../world/log.ts';
import { WARDEN_TOKEN_FILE } from './api.ts';
import { NodePods } from './pods.ts';
import { wardenServer } from './server.ts';
import { Sidecars } from './sidecar.ts';
import { Warden } from './warden.ts';

const log = makeLog('warden');
dieOfUncaught(log);
const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());

const node = required('NODE_NAME');
const host = reachable(required('POD_IP'));
const pods = new NodePods({ node, file: join(tmpdir(), 'faultflix-warden-pods.json'), log });
const sidecars = new Sidecars();
const warden = new Warden({ node, pods, sidecars, clock: systemClock, log });
const server = wardenServer({
  warden,
  token: () => readFileSync(mounted(WARDEN_TOKEN_FILE), 'utf8').trim(),
  health: () => ({ node, pods: pods.all.length, watching: pods.watching }),
  log,
});
server.listen(innerPorts.warden, host, () => log.info({ node, host }, 'warden is up'));

const http = new KubeHttp(inClusterConnection());
const watch = pods.watch(http, stop.signal);
await warden.keep(stop.signal);

server.close();
server.closeAllConnections();
http.close();
await watch;
await pods.settled();
sidecars.close();
log.info('warden is down');

function required(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new FaultflixError('could-not-run', `${name} is not set`, {
    expected: `${name} in the environment, from the downward API`,
    received: 'nothing',
  });
}
