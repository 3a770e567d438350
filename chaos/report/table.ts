/** The verdict as the terminal shows it. */
import type { Outcome } from '../engine/journal.ts';
import type { ReportModel } from './model.ts';

export type Paint = (tone: 'good' | 'bad' | 'warn' | 'dim' | 'strong', text: string) => string;

type Tone = Parameters<Paint>[0];
const tones: Readonly<Record<Outcome, Tone>> = {
  held: 'good',
  deviated: 'bad',
  residue: 'bad',
  'bad-input': 'bad',
  aborted: 'warn',
  inconclusive: 'warn',
};

interface Cell {
  readonly text: string;
  readonly tone?: Tone | undefined;
}

export function verdictTable(model: ReportModel, paint: Paint): string {
  const { outcome, exitCode, reasons, seed, driver, repeat } = model;
  const lines = [
    `${paint(tones[outcome], outcome.toUpperCase())}  ${paint('strong', model.title)}  ${paint('dim', `(exit code ${exitCode})`)}`,
    ...reasons.map((reason) => `  ${paint('dim', '·')} ${reason}`),
    '',
    ...section(
      'Steady state',
      ['expected', 'baseline', 'under the fault', 'result'],
      expectationCells(model),
      paint,
      'nothing was expected',
    ),
    ...section(
      'Faults',
      ['fault', 'target', 'effect, as measured', 'well again after', 'residue'],
      faultCells(model),
      paint,
      'no target was hit',
    ),
    ...model.residue.map(
      ({ pod, what, before, after }) => `  ${paint('bad', 'residue')} ${pod}: ${what} was ${before}, is ${after}`,
    ),
    ...model.figures.map(({ name, value, meaning }) => `  ${name.padEnd(15)} ${value}  ${paint('dim', meaning)}`),
    `  ${'seed'.padEnd(15)} ${seed}`,
    `  ${'driver'.padEnd(15)} ${driver}`,
    `  ${'run it again'.padEnd(15)} ${repeat}`,
  ];
  return lines.join('\n');
}

function expectationCells({ expectations }: ReportModel): readonly Cell[][] {
  return expectations.map(({ expected, baseline, fault, result, reason }) => [
    { text: expected },
    { text: baseline },
    { text: fault },
    { text: reason && result !== 'held' ? `${result}: ${reason}` : result, tone: tones[result] },
  ]);
}

function faultCells({ faults }: ReportModel): readonly Cell[][] {
  return faults.map(({ fault, pod, region, potent, effect, readyAgain, residue }) => [
    { text: fault },
    { text: `${region}/${pod}` },
    { text: potent ? effect : `none shown: ${effect}`, tone: potent ? undefined : 'warn' },
    { text: readyAgain },
    { text: residue, tone: residue === 'none' ? 'good' : residue === 'found' ? 'bad' : 'warn' },
  ]);
}

function section(
  title: string,
  heads: readonly string[],
  rows: readonly Cell[][],
  paint: Paint,
  empty: string,
): string[] {
  if (rows.length === 0) return [paint('strong', title), `  ${paint('warn', empty)}`, ''];
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]!.text.length)));
  const pad = (text: string, column: number) => (column === heads.length - 1 ? text : text.padEnd(widths[column]!));
  const print = (cells: readonly Cell[]) =>
    `  ${cells.map(({ text, tone }, column) => (tone ? paint(tone, pad(text, column)) : pad(text, column))).join('  ')}`.trimEnd();
  return [paint('strong', title), print(heads.map((text) => ({ text, tone: 'dim' }))), ...rows.map(print), ''];
}
