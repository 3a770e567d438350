/** The metrics that the code registers, read from its source. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export type MetricType = 'counter' | 'gauge' | 'histogram';

export interface Registered {
  readonly name: string;
  readonly type: MetricType;
  readonly labels: readonly string[];
}

const repository = join(import.meta.dirname, '..', '..', '..');
/** The kit's own registry puts this before every name. */
const PREFIX = 'faultflix_';
const kinds: Readonly<Record<string, MetricType>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  calls: 'histogram',
  Counter: 'counter',
  Gauge: 'gauge',
  Histogram: 'histogram',
};

/** `metrics.counter({ name: 'x', … })` of the kit, and `new Gauge({ name: 'faultflix_x', … })` elsewhere. */
const REGISTRATION =
  /(?:\bmetrics\.(counter|gauge|histogram|calls)|\bnew (Counter|Gauge|Histogram))(?:<[^>]*>)?\(\{([^}]*)\}/g;

export function registeredIn(source: string): readonly Registered[] {
  return [...source.matchAll(REGISTRATION)].flatMap(([, ours, bare, options = '']) => {
    const name = /\bname: '([a-z_]+)'/.exec(options)?.[1];
    // The kit itself, which makes metrics of whatever name it is given.
    if (name === undefined) return [];
    const labels = /\blabel(?:Name)?s: \[([^\]]*)\]/.exec(options)?.[1] ?? '';
    return {
      name: ours ? `${PREFIX}${name}` : name,
      type: kinds[(ours ?? bare)!]!,
      labels: [...labels.matchAll(/'([^']+)'/g)].map(([, label]) => label!),
    };
  });
}

/** The sources whose processes are scraped. */
export async function sources(): Promise<readonly string[]> {
  const all = await Promise.all(
    ['platform', 'chaos'].map(async (room) => {
      const folder = join(repository, room);
      const entries = await readdir(folder, { recursive: true });
      const files = entries.filter(
        (name) => name.endsWith('.ts') && !/\.test\.ts$|(^|\/)(testing|generated)\//.test(name),
      );
      return Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
    }),
  );
  return all.flat();
}
