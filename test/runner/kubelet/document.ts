/** `docs/kubelet-contract.md`: what each case of the kubelet's suite came to on each cluster, side by side. Pure. */
import type { Case } from '../cases.ts';

export interface Cell {
  readonly outcome: Case['outcome'];
  readonly reason?: string;
  readonly durationMs: number;
}

/** One cluster's results; cells by `<file> <case>`. */
export interface Column {
  readonly name: string;
  /** What the cluster is: one line. */
  readonly cluster: string;
  readonly cells: ReadonlyMap<string, Cell>;
}

const HEAD = `# The kubelet's contract, case by case

Written by \`npm run test:kubelet -- --on local,containerd --write\`: one suite, \`test/contract/kubelet/\`, on the local
cluster's own kubelet and on the real one on containerd. Where the two differ, ours is wrong.
`;
/** Files whose cases are done to our own kubelet's processes: not asked elsewhere. */
const isOnlyOurs = (file: string): boolean => file.startsWith('local-');
const SEPARATOR = '\u0000';

export const keyOf = ({ file, path }: Pick<Case, 'file' | 'path'>): string =>
  [fileName(file), path.join(' › ').replaceAll('\n', ' ')].join(SEPARATOR);
const fileName = (file: string): string => /([^/]+)\.test\.ts$/.exec(file)?.[1] ?? file;
const parts = (key: string): readonly [file: string, name: string] => key.split(SEPARATOR) as [string, string];

export function columnOf({ name, cluster, cases }: { name: string; cluster: string; cases: readonly Case[] }): Column {
  const cells = cases.map(({ outcome, reason, durationMs, ...where }): readonly [string, Cell] => [
    keyOf(where),
    { outcome, durationMs, ...(reason ? { reason } : {}) },
  ]);
  return { name, cluster, cells: new Map(cells) };
}

/** The document with this column in the place of the one of its name; the others as the document has them. */
export function merged(document: string, column: Column): string {
  const others = parse(document).filter(({ name }) => name !== column.name);
  return render([...others, column].sort((a, b) => order(a.name) - order(b.name) || (a.name < b.name ? -1 : 1)));
}
const order = (name: string): number => ['local', 'containerd'].indexOf(name) >>> 0;

export function render(columns: readonly Column[]): string {
  const keys = [...new Set(columns.flatMap(({ cells }) => [...cells.keys()]))].sort();
  const files = Map.groupBy(keys, (key) => parts(key)[0]);
  const names = columns.map(({ name }) => name);
  const different = keys.filter((key) => differs(key, columns));
  const totals = [
    row(['', ...names]),
    rule(names.length),
    row(['cluster', ...columns.map(({ cluster }) => cluster)]),
    ...(['pass', 'fail', 'skip'] as const).map((outcome) =>
      row([
        said[outcome],
        ...columns.map(({ cells }) => `${[...cells.values()].filter((each) => each.outcome === outcome).length}`),
      ]),
    ),
    row(['all', ...columns.map(({ cells }) => `${cells.size}`)]),
  ];
  const section = (file: string, cases: readonly string[]) =>
    [
      `### ${file}${isOnlyOurs(file) ? ' (done to our own kubelet’s processes; not asked elsewhere)' : ''}\n`,
      row(['case', ...names]),
      rule(names.length),
      ...cases.map((key) => caseRow(key, columns)),
      '',
    ].join('\n');
  return [
    HEAD,
    ...totals,
    '\n## Differences\n',
    ...(different.length === 0
      ? [columns.length < 2 ? 'Only one cluster was asked.' : 'None.']
      : [row(['case', ...names]), rule(names.length), ...different.map((key) => caseRow(key, columns))]),
    '\n## Cases\n',
    ...[...files].map(([file, cases]) => section(file, cases)),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

const said = { pass: 'passed', fail: 'failed', skip: 'skipped' } as const;
const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('|', '\\|');
const row = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
const rule = (count: number): string => `|${'---|'.repeat(count + 1)}`;

function differs(key: string, columns: readonly Column[]): boolean {
  if (isOnlyOurs(parts(key)[0])) return false;
  return new Set(columns.map(({ cells }) => cells.get(key)?.outcome)).size > 1;
}

const caseRow = (key: string, columns: readonly Column[]): string =>
  row([parts(key).join(': '), ...columns.map(({ cells }) => cellText(cells.get(key)))]);

function cellText(cell: Cell | undefined): string {
  if (!cell) return 'did not run';
  const seconds = `${(cell.durationMs / 1_000).toFixed(1)} s`;
  if (cell.outcome === 'skip') return `skipped: ${cell.reason ?? 'no reason given'}`;
  return cell.outcome === 'pass' ? `passed, ${seconds}` : `**failed**, ${seconds}`;
}

/** Reads back what `render` wrote. What is no such document has no columns. */
export function parse(document: string): readonly Column[] {
  const rows = (text: string) =>
    text
      .split('\n')
      .filter((line) => /^\| /.test(line))
      .map((line) =>
        line
          .slice(2, -2)
          .split(/(?<!\\)(?:\\\\)* \| /)
          .map(unescaped),
      );
  const [head = '', cases = ''] = document.split('\n## Cases\n');
  const [first, about] = rows(head);
  if (first?.[0] !== '' || about?.[0] !== 'cluster') return [];
  return first.slice(1).map((name, n) => ({
    name,
    cluster: about[n + 1] ?? '',
    cells: new Map(
      rows(cases).flatMap(([key = '', ...cells]) => {
        const cell = cellOf(cells[n] ?? '');
        const colon = key.indexOf(': ');
        return cell && colon > 0 ? [[[key.slice(0, colon), key.slice(colon + 2)].join(SEPARATOR), cell] as const] : [];
      }),
    ),
  }));
}

const unescaped = (text: string): string => text.replace(/\\([\\|])/g, '$1');

function cellOf(text: string): Cell | undefined {
  const [, failed, seconds] = /^(?:passed|(\*\*failed\*\*)), ([\d.]+) s$/.exec(text) ?? [];
  if (seconds) return { outcome: failed ? 'fail' : 'pass', durationMs: Number(seconds) * 1_000 };
  const reason = /^skipped: (.*)$/.exec(text)?.[1];
  if (reason === undefined) return undefined;
  return { outcome: 'skip', durationMs: 0, ...(reason === 'no reason given' ? {} : { reason }) };
}
