/** A report as files: the record, JUnit for machines, a page for people. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { htmlOf } from './html/page.ts';
import { junitOf } from './junit.ts';
import { modelOf } from './model.ts';
import type { RunRecord } from './record.ts';

/** Writes `<folder>/<experiment>-<run>/` and resolves with its path. */
export async function writeReport(record: RunRecord, folder: string): Promise<string> {
  const { metadata, status } = record.experiment;
  const path = join(folder, `${metadata.name}-${status.run}`);
  await mkdir(path, { recursive: true });
  await Promise.all([
    writeFile(join(path, 'report.json'), `${JSON.stringify(record)}\n`),
    ...renderings(record).map(([file, text]) => writeFile(join(path, file), text)),
  ]);
  return path;
}

export function renderings(record: RunRecord): ReadonlyArray<readonly [file: string, text: string]> {
  const model = modelOf(record);
  return [
    ['junit.xml', junitOf(model)],
    ['report.html', htmlOf(model)],
  ];
}
