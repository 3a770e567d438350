import { meets, quantile, type Row } from './bench.ts';

const number = (value: number) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));

function goalOf(row: Row): string {
  if (!row.goal) return '';
  const { quantile: q, atMost, atLeast } = row.goal;
  const bound = atMost === undefined ? `≥ ${atLeast}` : `≤ ${atMost}`;
  return `${q ? `p${q * 100} ` : ''}${bound}: ${meets(row) ? 'met' : '**missed**'}`;
}

/** The rows as a Markdown table: median, range, p95, count and whether the goal was met. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const [low, middle, p95, high] = [0, 0.5, 0.95, 1].map((q) => number(quantile(row.samples, q)));
    return `| ${row.what} | ${row.unit} | ${middle} | ${low} – ${high} | ${p95} | ${row.samples.length} | ${goalOf(row)} |`;
  });
  return ['| what | unit | median | min – max | p95 | n | goal |', '|---|---|---|---|---|---|---|', ...lines].join(
    '\n',
  );
}

export interface Section {
  readonly name: string;
  readonly markdown: string;
}

const HEAD = `# Benchmarks

Written by \`npm run bench -- --write\`. Ratios are of figures taken side by side in one run; single times are of the
machine that the section names.
`;
const mark = (name: string) => `<!-- bench: ${name} -->`;

/** The document with the given sections replaced or added; the others stay as they were. */
export function merge(document: string, sections: readonly Section[]): string {
  const kept = new Map<string, string>();
  for (const part of document.split(/(?=<!-- bench: )/)) {
    const name = /^<!-- bench: (\S+) -->\n/.exec(part)?.[1];
    if (name) kept.set(name, part.slice(mark(name).length).trim());
  }
  for (const { name, markdown } of sections) kept.set(name, markdown.trim());
  const parts = [...kept].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => `${mark(name)}\n${text}\n`);
  return `${HEAD}\n${parts.join('\n')}`;
}
