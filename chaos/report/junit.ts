/** JUnit XML as CI systems read it: one case an expectation, a fault's effect and a target's residue check. */
import type { ReportModel, Result } from './model.ts';

interface Case {
  readonly suite: string;
  readonly name: string;
  readonly failure?: string | undefined;
  readonly error?: string | undefined;
  readonly output?: string | undefined;
}

/**
 * What deviated is a failure; what could not be judged is an error, never a skip: a skip is green. The verdict is a
 * case of its own, so that no document is without one that fails unless the run held.
 */
export function junitOf(model: ReportModel): string {
  const cases = [verdictCase(model), ...expectationCases(model), ...faultCases(model)];
  const count = (key: 'failure' | 'error', of = cases) => of.filter((each) => each[key] !== undefined).length;
  const suites = Map.groupBy(cases, ({ suite }) => suite);
  const seconds = (model.durationMs / 1_000).toFixed(3);
  const totals = (of: readonly Case[]) =>
    `tests="${of.length}" failures="${count('failure', [...of])}" errors="${count('error', [...of])}" skipped="0" time="${seconds}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${attribute(`faultflix ${model.name}`)}" ${totals(cases)}>`,
    ...[...suites].flatMap(([suite, members]) => [
      `  <testsuite name="${attribute(suite)}" ${totals(members)}${model.startedAt ? ` timestamp="${attribute(model.startedAt)}"` : ''}>`,
      ...(suite === 'verdict' ? properties(model) : []),
      ...members.map(caseXml),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function verdictCase({ outcome, reasons, title }: ReportModel): Case {
  const said = reasons.join('; ') || outcome;
  return {
    suite: 'verdict',
    name: title,
    ...(outcome === 'held'
      ? { output: said }
      : outcome === 'deviated' || outcome === 'residue'
        ? { failure: `${outcome}: ${said}` }
        : { error: `${outcome}: ${said}` }),
  };
}

function expectationCases({ expectations }: ReportModel): readonly Case[] {
  return expectations.map(({ expected, baseline, fault, result, reason }) => {
    const measured = `baseline ${baseline}, under the fault ${fault}`;
    return {
      suite: 'steady state',
      name: expected,
      ...verdictOf(result, reason ? `${reason} (${measured})` : measured),
    };
  });
}

function faultCases({ faults }: ReportModel): readonly Case[] {
  return faults.flatMap(({ fault, pod, region, potent, effect, residue }) => [
    {
      suite: 'potency',
      name: `${fault} on ${region}/${pod} had its effect`,
      ...verdictOf(potent === true ? 'held' : 'inconclusive', effect),
    },
    {
      suite: 'residue',
      name: `${fault} left nothing on ${region}/${pod}`,
      ...verdictOf(
        residue === 'none' ? 'held' : residue === 'found' ? 'deviated' : 'inconclusive',
        `residue: ${residue}`,
      ),
    },
  ]);
}

function verdictOf(result: Result, said: string): Partial<Case> {
  if (result === 'held') return { output: said };
  return result === 'deviated' ? { failure: said } : { error: said };
}

function properties({ seed, driver, run, repeat, environment }: ReportModel): readonly string[] {
  const rows = [['seed', String(seed)], ['driver', driver], ['run', run], ['repeat', repeat], ...environment];
  return [
    '    <properties>',
    ...rows.map(([name, value]) => `      <property name="${attribute(name!)}" value="${attribute(value!)}"/>`),
    '    </properties>',
  ];
}

function caseXml({ suite, name, failure, error, output }: Case): string {
  const open = `    <testcase classname="${attribute(`faultflix.${suite.replaceAll(' ', '-')}`)}" name="${attribute(name)}"`;
  if (failure !== undefined) return `${open}><failure message="${attribute(failure)}"/></testcase>`;
  if (error !== undefined) return `${open}><error message="${attribute(error)}"/></testcase>`;
  return output === undefined ? `${open}/>` : `${open}><system-out>${escapeXml(output)}</system-out></testcase>`;
}

// Characters that XML 1.0 has no way to write are dropped: https://www.w3.org/TR/xml/#charsets.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

export function escapeXml(text: string): string {
  return text.replace(FORBIDDEN, '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const attribute = (text: string): string => escapeXml(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;');
