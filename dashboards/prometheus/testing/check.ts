/** What is wrong with a file of rules: pure, over the rules' text and what the code registers. */
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import type { Registered } from './registered.ts';

export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
}

export interface CheckOptions {
  readonly registered: readonly Registered[];
  /** Labels that every target has, whatever it exposes. */
  readonly targetLabels: readonly string[];
  /** Whether the code knows such a label value at all. */
  readonly knowsValue: (value: string) => boolean;
}

export interface Flaw {
  /** The rule's name. */
  readonly rule: string;
  readonly what: string;
}

export function rulesOf(text: string): readonly Rule[] {
  const { groups } = parse(text) as { groups: readonly { rules: readonly Rule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

export function flawsOf(rules: readonly Rule[], options: CheckOptions): readonly Flaw[] {
  const known = exported(rules, options);
  return rules.flatMap(({ record, alert, expr }) => {
    const rule = record ?? alert ?? '(no name)';
    return [...flawsOfExpression(expr, known, options)].map((what) => ({ rule, what }));
  });
}

/** Label names by the name of each series that can be asked for. */
function exported(
  rules: readonly Rule[],
  { registered, targetLabels }: CheckOptions,
): ReadonlyMap<string, readonly string[]> {
  const known = new Map<string, readonly string[]>();
  for (const { name, type, labels } of registered) {
    const all = [...labels, ...targetLabels];
    if (type !== 'histogram') known.set(name, all);
    else
      for (const [suffix, more] of [
        ['_bucket', ['le']],
        ['_sum', []],
        ['_count', []],
      ] as const)
        known.set(`${name}${suffix}`, [...all, ...more]);
  }
  for (const { record, expr } of rules) if (record) known.set(record, groupedBy(expr));
  return known;
}

/** A recorded series has the labels that its expression groups by; the first grouping stands for all. */
function groupedBy(expr: string): readonly string[] {
  return (/\bby \(([^)]*)\)/.exec(expr)?.[1] ?? '').split(',').map((name) => name.trim());
}

function* flawsOfExpression(
  expr: string,
  known: ReadonlyMap<string, readonly string[]>,
  { knowsValue }: CheckOptions,
): Generator<string> {
  const tree = parser.parse(expr);
  const text = ({ from, to }: { from: number; to: number }) => expr.slice(from, to);
  const used = new Set<string>();
  const found: SyntaxNode[] = [];
  tree.iterate({ enter: (node) => void found.push(node.node) });
  for (const node of found) {
    if (node.type.isError) yield `not PromQL at "${expr.slice(node.from, node.from + 20)}"`;
    if (node.name !== 'VectorSelector') continue;
    const identifier = node.getChild('Identifier');
    const name = identifier ? text(identifier) : '';
    const labels = known.get(name);
    if (!labels) yield `no such metric: ${name || text(node)}`;
    for (const label of labels ?? []) used.add(label);
    for (const matcher of labels ? matchersOf(node) : []) {
      const [, label = '', value = ''] = /^\s*(\w+)\s*[!=]~?\s*"(.*)"\s*$/s.exec(text(matcher)) ?? [];
      if (!labels!.includes(label)) yield `${name} has no label ${label}`;
      for (const one of value.split('|')) if (!knowsValue(one)) yield `${label} is never "${one}"`;
    }
  }
  for (const node of found.filter(({ name }) => name === 'GroupingLabels')) {
    for (const label of node.getChildren('LabelName')) {
      if (!used.has(text(label))) yield `nothing has a label ${text(label)} to group by`;
    }
  }
}

function matchersOf(selector: SyntaxNode): readonly SyntaxNode[] {
  return selector.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
}
