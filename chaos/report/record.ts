/** One run, whole: what `report.json` holds and everything else of a report is made of. */
import { z } from 'zod';
import { FaultflixError } from '#base/errors.ts';
import type { Experiment } from '../engine/experiment.ts';
import type { ExperimentStatus } from '../engine/journal.ts';
import type { Bucket } from '../engine/load-stream.ts';

export const RECORD_FORMAT = 1;

export interface LoadRecord {
  readonly buckets: readonly Bucket[];
  /** Lines that claimed to be of the stream and could not be read: holes in the data. */
  readonly brokenLines: number;
  /** Why the load's log is not here, or not whole. */
  readonly missing?: string | undefined;
  readonly summary?: Readonly<Record<string, unknown>> | undefined;
  readonly exitCode?: number | undefined;
}

export interface RunRecord {
  readonly format: typeof RECORD_FORMAT;
  /** As read from the API at the end: `status` is the whole journal. */
  readonly experiment: Experiment & { readonly status: ExperimentStatus };
  readonly load: LoadRecord;
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Readonly<Record<string, string | number>>;
  /** The command line that does the same run again. */
  readonly repeat: string;
  readonly writtenAt: string;
}

const shape = z.looseObject({
  format: z.literal(RECORD_FORMAT),
  experiment: z.looseObject({
    metadata: z.looseObject({ name: z.string() }),
    spec: z.looseObject({ title: z.string(), steadyState: z.array(z.looseObject({ measure: z.string() })) }),
    status: z.looseObject({ phase: z.string(), run: z.string(), marks: z.array(z.looseObject({ id: z.string() })) }),
  }),
  load: z.looseObject({ buckets: z.array(z.looseObject({ atMs: z.number() })), brokenLines: z.number() }),
  versions: z.record(z.string(), z.string()),
  machine: z.record(z.string(), z.union([z.string(), z.number()])),
  repeat: z.string(),
  writtenAt: z.string(),
});

/** A saved record. Throws `bad-input` with the path of what does not fit. */
export function parseRecord(text: string, where: string): RunRecord {
  const bad = (details: { expected: string; received: string; where?: string; cause?: unknown }) =>
    new FaultflixError('bad-input', 'not the record of a run', {
      where,
      todo: 'give a report.json that `faultflix start` or `faultflix run` wrote',
      ...details,
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw bad({ expected: 'JSON', received: text.slice(0, 80), cause });
  }
  const parsed = shape.safeParse(value);
  if (parsed.success) return value as RunRecord;
  const issue = parsed.error.issues[0]!;
  throw bad({ where: `${where}:${issue.path.join('.')}`, expected: issue.message, received: typeof value });
}
