/**
 * The chaos controller: two replicas watch Experiments, the one that holds the Lease runs them. SIGTERM hands over; what
 * is running is not healed then, its successor goes on from the journal.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { reachable } from '#base/address.ts';
import { systemClock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { inClusterConnection } from '#base/kube/connection.ts';
import { KubeHttp } from '#base/kube/http.ts';
import { mounted } from '#base/mounts.ts';
import { CHAOS_NAMESPACE, innerPorts } from '#base/names.ts';
import { ChildAuditor } from '../world/auditor.ts';
import { SocketCallers } from '../world/callers.ts';
import { ChildClaimsAuditor } from '../world/claims-auditor.ts';
import { KubeCluster } from '../world/kube/cluster.ts';
import { KubeJournal } from '../world/kube/journal-store.ts';
import { LoadJob } from '../world/kube/load-job.ts';
import { findWitnesses } from '../world/kube/witnesses.ts';
import { dieOfUncaught, makeLog } from '../world/log.ts';
import { WardenAddresses, Wardens } from '../world/wardens.ts';
import { Experiments } from './experiments.ts';
import { leadByLease } from './lease.ts';
import { Metrics } from './metrics.ts';
import { opsServer } from './ops.ts';

const TOKEN = '/var/run/faultflix/warden/token';
const TLS = '/var/run/faultflix/tls';
const CA = `${TLS}/ca.crt`;

const log = makeLog('controller');
dieOfUncaught(log);
const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());

const clock = systemClock;
const pod = required('POD_NAME');
const namespace = process.env.POD_NAMESPACE ?? CHAOS_NAMESPACE;
const identity = `${pod}_${randomBytes(4).toString('hex')}`;
// Watches hold a socket each: leading, following a run and asking must never wait for one another.
const http = new KubeHttp(inClusterConnection(), { maxSockets: 256 });
const metrics = new Metrics();
const addresses = new WardenAddresses();
const wardens = new Wardens({
  token: () => readFileSync(mounted(TOKEN), 'utf8').trim(),
  addressOf: (node) => addresses.addressOf(node),
});
const ca = () => readFileSync(mounted(CA));
const callers = new SocketCallers({
  tls: () => ({
    ca: ca(),
    cert: readFileSync(mounted(`${TLS}/prober.crt`)),
    key: readFileSync(mounted(`${TLS}/prober.key`)),
  }),
});
const auditor = new ChildAuditor();
const claims = new ChildClaimsAuditor({ caFile: mounted(CA), witnesses: () => findWitnesses(http) });
const experiments = new Experiments({
  http,
  clock,
  log,
  namespace,
  metrics,
  portsOf({ metadata: { name, uid } }) {
    const cluster = new KubeCluster({ http, wardens, callers, clock, ca });
    return {
      clock,
      cluster,
      auditor,
      claims,
      journal: new KubeJournal({ http, namespace, name, uid }),
      leases: wardens,
      load: new LoadJob({ http, clock, namespace, owner: { name, uid } }),
      world: (run, mark) => cluster.world(run, mark),
    };
  },
});

const ops = opsServer({ metrics, ready: () => experiments.listed });
ops.listen(innerPorts.ops, reachable(required('POD_IP')), () => log.info({ identity }, 'controller is up'));

const watching = Promise.all([experiments.watch(stop.signal), addresses.watch(http, stop.signal)]);
watching.catch((error: unknown) => {
  log.fatal({ err: error }, 'a watch failed for good');
  process.exitCode = 3;
  stop.abort();
});
await leadByLease(
  { http, clock, log, namespace, name: 'controller', identity, isPredecessor: (other) => other.startsWith(`${pod}_`) },
  async (holder, signal) => {
    metrics.lead(true);
    await experiments.lead(holder, signal).finally(() => metrics.lead(false));
  },
  stop.signal,
);

ops.close();
ops.closeAllConnections();
await watching.catch(() => undefined);
wardens.close();
http.close();
log.info('controller is down');

function required(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new FaultflixError('could-not-run', `${name} is not set`, {
    expected: `${name} in the environment, from the downward API`,
    received: 'nothing',
  });
}
