/**
 * A ruleset as `nft --json` takes it: libnftables-json(5). Only what we write, so that the evaluator of the tests can
 * know all of it.
 */
export const TABLE = { family: 'inet', table: 'faultflix-policy' } as const;

export type Field = { readonly payload: { readonly protocol: 'ip' | 'tcp' | 'udp' | 'sctp'; readonly field: string } };
export type Left =
  | Field
  | { readonly ct: { readonly key: 'state' } }
  | { readonly meta: { readonly key: 'nfproto' | 'l4proto' } }
  | { readonly concat: readonly Field[] };
export type Value =
  | string
  | number
  | { readonly prefix: { readonly addr: string; readonly len: number } }
  | { readonly range: readonly [number, number] }
  | { readonly set: readonly string[] };

export type Statement =
  | { readonly match: { readonly op: '==' | '!=' | 'in'; readonly left: Left; readonly right: Value } }
  | { readonly counter: null }
  | { readonly accept: null }
  | { readonly drop: null }
  | { readonly return: null }
  | { readonly jump: { readonly target: string } };

export type Element = string | { readonly concat: readonly (string | number)[] };

export interface SetDefinition {
  readonly name: string;
  readonly type: string | readonly string[];
  readonly elem: readonly Element[];
}

export interface RuleDefinition {
  readonly chain: string;
  /** What a reader of `nft list ruleset` sees beside it. */
  readonly comment?: string;
  readonly expr: readonly Statement[];
}

export interface Ruleset {
  readonly sets: readonly SetDefinition[];
  /** Beside the base chain `forward`. */
  readonly chains: readonly string[];
  readonly rules: readonly RuleDefinition[];
}

/** What the kernel takes for a comment (NFTNL_UDATA_COMMENT_MAXLEN), less its end. */
const MAX_COMMENT = 120;

/**
 * One transaction that puts this ruleset in place of whatever the table held: `add` first, since one cannot delete what
 * is not there. Other tables are not touched.
 */
export function toNft({ sets, chains, rules }: Ruleset): object {
  const { family, table } = TABLE;
  const itself = { table: { family, name: table } };
  return {
    nftables: [
      { add: itself },
      { delete: itself },
      { add: itself },
      {
        add: { chain: { ...TABLE, name: 'forward', type: 'filter', hook: 'forward', prio: 0, policy: 'accept' } },
      },
      ...chains.map((name) => ({ add: { chain: { ...TABLE, name } } })),
      // An empty list of elements is an error; an empty set is not.
      ...sets.map(({ elem, ...set }) => ({ add: { set: { ...TABLE, ...set, ...(elem.length > 0 ? { elem } : {}) } } })),
      ...rules.map(({ comment, ...rule }) => ({
        add: { rule: { ...TABLE, ...rule, ...(comment ? { comment: comment.slice(0, MAX_COMMENT) } : {}) } },
      })),
    ],
  };
}
