/** Checks a report's three files as their readers do: a program, a CI system, a browser without a network. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRecord, type RunRecord } from '#chaos/report/record.ts';
import { wellFormed } from '#chaos/report/testing/well-formed.ts';

export interface Reports {
  readonly record: RunRecord;
  readonly junit: string;
  readonly html: string;
}

export async function readReports(folder: string): Promise<Reports> {
  const read = (file: string) => readFile(join(folder, file), 'utf8');
  const [json, junit, html] = await Promise.all([read('report.json'), read('junit.xml'), read('report.html')]);
  wellFormed(junit);
  assert.doesNotMatch(html, /https?:\/\//, 'the page names an address');
  assert.doesNotMatch(html, /\b(src|href)=/, 'the page loads something');
  return { record: parseRecord(json, folder), junit, html };
}
