import { join } from 'node:path';
import { loadSync, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';

/** 64-bit numbers come as strings: ids of members and leases use all 64 bits. Revisions are safe as numbers. */
export type Wide = string;

export interface KeyValue {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly mod_revision: Wide;
}
export interface Header {
  readonly cluster_id: Wide;
  readonly member_id: Wide;
  readonly revision: Wide;
}
export interface RangeAnswer {
  readonly header: Header;
  readonly kvs: readonly KeyValue[];
  readonly more: boolean;
}
export interface TxnAnswer {
  readonly succeeded: boolean;
}
export interface LeaseGrantAnswer {
  readonly ID: Wide;
  readonly TTL: Wide;
  readonly error: string;
}
export interface WatchAnswer {
  readonly header: Header | null;
  readonly created: boolean;
  readonly canceled: boolean;
  readonly compact_revision: Wide;
  readonly cancel_reason: string;
  readonly events: readonly { readonly type: number; readonly kv: KeyValue }[];
}
export interface Member {
  readonly ID: Wide;
  /** Empty until the member has started for the first time. */
  readonly name: string;
  readonly peerURLs: readonly string[];
  readonly clientURLs: readonly string[];
  readonly isLearner: boolean;
}
export interface MemberListAnswer {
  readonly header: Header;
  readonly members: readonly Member[];
}
export interface MemberAddAnswer {
  readonly member: Member;
  readonly members: readonly Member[];
}
export interface StatusAnswer {
  readonly header: Header;
  readonly leader: Wide;
  readonly raftIndex: Wide;
  readonly dbSize: Wide;
  readonly isLearner: boolean;
  readonly errors: readonly string[];
}

// biome-ignore lint/suspicious/noExplicitAny: the interfaces above say what each method gives
type Method = MethodDefinition<any, any>;

const file = join(import.meta.dirname, 'etcd.proto');
const loaded = loadSync(file, { longs: String, defaults: true, keepCase: true, oneofs: true });

function methodOf(service: string, name: string): Method {
  return (loaded[`etcdserverpb.${service}`] as ServiceDefinition)[name] as Method;
}

export const methods = {
  range: methodOf('KV', 'Range'),
  txn: methodOf('KV', 'Txn'),
  watch: methodOf('Watch', 'Watch'),
  leaseGrant: methodOf('Lease', 'LeaseGrant'),
  memberAdd: methodOf('Cluster', 'MemberAdd'),
  memberRemove: methodOf('Cluster', 'MemberRemove'),
  memberList: methodOf('Cluster', 'MemberList'),
  memberPromote: methodOf('Cluster', 'MemberPromote'),
  status: methodOf('Maintenance', 'Status'),
  moveLeader: methodOf('Maintenance', 'MoveLeader'),
} as const;
