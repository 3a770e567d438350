import { FaultflixError } from '#base/errors.ts';
import { within } from '../address.ts';
import { type Field, type Ruleset, type Statement, TABLE, toNft, type Value } from '../ruleset.ts';

/** A packet that a node passes on. */
export interface Packet {
  readonly from: string;
  readonly to: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
  /** Of a connection that was allowed to begin. */
  readonly established?: boolean;
  readonly ipv6?: boolean;
}

type Command = {
  readonly add?: {
    readonly chain?: { readonly name: string; readonly hook?: string };
    readonly set?: { readonly name: string; readonly elem?: readonly unknown[] };
    readonly rule?: { readonly chain: string; readonly expr: readonly Statement[] };
  };
};

/** Whether the ruleset, as it is given to nft, lets a packet through. Throws for what it does not know. */
export function passes(ruleset: Ruleset, packet: Packet): boolean {
  const commands = (toNft(ruleset) as { nftables: readonly Command[] }).nftables;
  const sets = new Map(commands.flatMap(({ add }) => (add?.set ? [[add.set.name, add.set.elem ?? []] as const] : [])));
  const chains = new Map(commands.flatMap(({ add }) => (add?.chain ? [[add.chain.name, add.chain] as const] : [])));
  const rules = commands.flatMap(({ add }) => (add?.rule ? [add.rule] : []));
  if (chains.get('forward')?.hook !== 'forward') return unknown('a ruleset without a base chain', TABLE.table);
  const run = (chain: string): 'accept' | 'drop' | undefined => {
    if (!chains.has(chain)) return unknown('a jump to nowhere', chain);
    for (const { expr } of rules.filter((rule) => rule.chain === chain)) {
      for (const statement of expr) {
        if ('match' in statement) {
          if (!matches(statement, packet, sets)) break;
        } else if ('counter' in statement) continue;
        else if ('accept' in statement) return 'accept';
        else if ('drop' in statement) return 'drop';
        else if ('return' in statement) return undefined;
        else if ('jump' in statement) {
          const verdict = run(statement.jump.target);
          if (verdict) return verdict;
        } else return unknown('a statement', statement);
      }
    }
    return undefined;
  };
  return run('forward') !== 'drop';
}

function matches(
  { match: { op, left, right } }: Extract<Statement, { match: unknown }>,
  packet: Packet,
  sets: ReadonlyMap<string, readonly unknown[]>,
): boolean {
  if ('ct' in left) return (packet.established ?? false) && (right as { set: string[] }).set.includes('established');
  if ('meta' in left) {
    if (left.meta.key === 'nfproto') return right === (packet.ipv6 ? 'ipv6' : 'ipv4');
    return right === packet.protocol.toLowerCase();
  }
  if (packet.ipv6) return false;
  const fields = 'concat' in left ? left.concat : [left];
  const values = fields.map((field) => fieldOf(field, packet));
  if (values.includes(undefined)) return false; // a port of another protocol: neither == nor != holds
  const holds = isIn(values as (string | number)[], right, sets);
  return op === '!=' ? !holds : holds;
}

function fieldOf({ payload: { protocol, field } }: Field, packet: Packet): string | number | undefined {
  if (protocol === 'ip') return field === 'saddr' ? packet.from : packet.to;
  return protocol === packet.protocol.toLowerCase() ? packet.port : undefined;
}

function isIn(
  values: readonly (string | number)[],
  right: Value,
  sets: ReadonlyMap<string, readonly unknown[]>,
): boolean {
  if (typeof right === 'string' && right.startsWith('@')) {
    const set = sets.get(right.slice(1)) ?? unknown('a set', right);
    return set.some((element) => JSON.stringify(elementValues(element)) === JSON.stringify(values));
  }
  const [value] = values;
  if (typeof right !== 'object') return right === value;
  if ('prefix' in right) return within(String(value), right.prefix);
  if ('range' in right) return Number(value) >= right.range[0] && Number(value) <= right.range[1];
  return unknown('a value', right);
}

const elementValues = (element: unknown): unknown[] =>
  typeof element === 'object' ? (element as { concat: unknown[] }).concat : [element];

function unknown(what: string, received: unknown): never {
  throw new FaultflixError('unsupported', `the evaluator does not know ${what}`, {
    received: JSON.stringify(received),
  });
}
