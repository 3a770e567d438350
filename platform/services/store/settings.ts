import { mounted } from '#base/mounts.ts';
import { innerPorts } from '#base/names.ts';
import { PEER_PORT } from '#kit/mesh/wanted.ts';

/** Defaults, each with its source. */
export const storeDefaults = {
  /** https://etcd.io/docs/v3.6/tuning/: about the longest round trip between members (220 ms), and ten times that. */
  heartbeatMs: 250,
  electionMs: 2_500,
  /** History for watches that were cut off; older ones read what is there. */
  compactAfter: '10m',
  /** Beside it the log of commits takes up to 5 files of 64 MB; together they stay below the volume's limit. */
  quotaBytes: 512 * 1024 ** 2,
  /** How often a member that waits looks around. */
  lookMs: 300,
  /** One question to another member. */
  askMs: 2_000,
  restart: { firstMs: 200, maxMs: 5_000 },
} as const;

/** etcd's metrics, for this process alone: gRPC on a port of its own is a server of gRPC's own. */
export const METRICS_PORT = 12_381;

export const DATA_FOLDER = '/var/lib/etcd';

export interface Place {
  /** Unique among pods, and beginning with the region. */
  readonly name: string;
  readonly host: string;
}

export const peerUrl = (host: string): string => `http://${host}:${PEER_PORT}`;
export const clientUrl = (host: string): string => `http://${host}:${innerPorts.store}`;

export interface Start {
  readonly me: Place;
  readonly state: 'new' | 'existing';
  /** `name=peer URL` of all members, this one too. Not looked at when there is data. */
  readonly members: readonly { readonly name: string; readonly url: string }[];
  readonly dataFolder: string;
}

export function etcdArguments({ me, state, members, dataFolder }: Start): readonly string[] {
  const flags = {
    name: me.name,
    'data-dir': dataFolder,
    'listen-client-urls': clientUrl(me.host),
    'listen-client-http-urls': `http://${me.host}:${METRICS_PORT}`,
    'advertise-client-urls': clientUrl(me.host),
    'listen-peer-urls': `http://${me.host}:${innerPorts.peer}`,
    'initial-advertise-peer-urls': peerUrl(me.host),
    'initial-cluster': members.map(({ name, url }) => `${name}=${url}`).join(','),
    'initial-cluster-state': state,
    'initial-cluster-token': 'faultflix',
    'heartbeat-interval': storeDefaults.heartbeatMs,
    'election-timeout': storeDefaults.electionMs,
    'auto-compaction-mode': 'periodic',
    'auto-compaction-retention': storeDefaults.compactAfter,
    'quota-backend-bytes': storeDefaults.quotaBytes,
    // Clients ping every 5 s, which is etcd's own limit: a ping that came a little early would cost the connection.
    'grpc-keepalive-min-time': '1s',
    'log-level': 'warn',
  };
  return Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
}

export const dataFolderOf = (env: Readonly<Record<string, string | undefined>>): string => mounted(DATA_FOLDER, env);
