import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { type BucketLine, type Line, parseLine } from '../stream.ts';

const program = new URL('../run.ts', import.meta.url).pathname;

export interface Drive {
  readonly child: ChildProcess;
  /** Resolves when what was written so far is enough; rejects when the stream ends before. */
  until(enough: (lines: readonly Line[]) => boolean): Promise<void>;
  readonly done: Promise<DriveResult>;
}

export interface DriveResult {
  readonly exitCode: number | null;
  readonly lines: readonly Line[];
  readonly buckets: readonly BucketLine[];
  readonly raw: string;
  readonly stderr: string;
}

/** Runs `run.ts` as a process of its own, as the load Job does. */
export function drive(args: readonly string[], env: Readonly<Record<string, string>>): Drive {
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: Line[] = [];
  let raw = '';
  let over = false;
  const waiting = new Set<() => void>();
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (each) => {
    raw += `${each}\n`;
    const line = parseLine(each);
    if (line) lines.push(line);
    for (const look of waiting) look();
  });
  child.stdout.once('close', () => reader.close());
  const ended = Promise.all([once(child, 'close'), once(reader, 'close'), text(child.stderr)]);
  const done = ended.then(([[exitCode], , stderr]): DriveResult => {
    over = true;
    for (const look of waiting) look();
    const buckets = lines.filter((line) => line.type === 'bucket');
    return { exitCode: exitCode as number | null, lines, buckets, raw, stderr };
  });
  const until = (enough: (lines: readonly Line[]) => boolean) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        const found = enough(lines);
        if (!found && !over) return;
        waiting.delete(look);
        if (found) resolve();
        else reject(new Error(`the stream ended too early; its last line: ${JSON.stringify(lines.at(-1))}`));
      };
      waiting.add(look);
      look();
    });
  return { child, until, done };
}

/** Sum over the buckets of one figure. */
export const sumOf = (buckets: readonly BucketLine[], figure: (bucket: BucketLine) => number): number =>
  buckets.reduce((sum, bucket) => sum + figure(bucket), 0);

/** Sum over the buckets of counts by key, such as errors. */
export function mergeOf(buckets: readonly BucketLine[], counts: (bucket: BucketLine) => Record<string, number>) {
  const all: Record<string, number> = {};
  for (const bucket of buckets) {
    for (const [key, count] of Object.entries(counts(bucket))) all[key] = (all[key] ?? 0) + count;
  }
  return all;
}

export const failedOf = (buckets: readonly BucketLine[]): Record<string, number> =>
  mergeOf(buckets, ({ requests }) =>
    Object.fromEntries(Object.entries(requests).map(([kind, { failed }]) => [kind, failed])),
  );

export const bucketsOf = (lines: readonly Line[]): BucketLine[] => lines.filter((line) => line.type === 'bucket');
