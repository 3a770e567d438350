/** `npm start -- --once` as the README has it, once a test run: whoever compares with it need not wait for another. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Ended, folder, run } from './cli.ts';
import { type Reports, readReports } from './reports.ts';

/** A folder of one test run, from the runner. */
const { FAULTFLIX_TEST_RUN_DIR: shared } = process.env;

export interface FirstLight extends Reports {
  readonly ended: Ended;
}

/** On the cluster that `npm start` brings up by itself. */
export async function firstLightOnOurs(name: string): Promise<FirstLight> {
  const kept = shared && join(shared, 'first-light');
  if (kept && existsSync(kept)) {
    const ended = JSON.parse(await readFile(join(kept, 'ended.json'), 'utf8')) as Ended;
    return { ended, ...(await readReports(kept)) };
  }
  const ran = await firstLight(['--name', name]);
  if (kept) {
    await mkdir(`${kept}.new`);
    await Promise.all([
      writeFile(join(`${kept}.new`, 'ended.json'), JSON.stringify(ran.ended)),
      writeFile(join(`${kept}.new`, 'report.json'), JSON.stringify(ran.record)),
      writeFile(join(`${kept}.new`, 'junit.xml'), ran.junit),
      writeFile(join(`${kept}.new`, 'report.html'), ran.html),
    ]);
    await rename(`${kept}.new`, kept);
  }
  return ran;
}

/** Rejects when there is no report, with what the command said. */
export async function firstLight(args: readonly string[]): Promise<FirstLight> {
  await using cwd = await folder();
  const ended = await run(['start', '--once', ...args], cwd.path);
  const report = ended.events.find(({ type }) => type === 'verdict')?.report;
  if (typeof report !== 'string') throw new Error(`no verdict, exit code ${ended.exitCode}:\n${ended.stderr}`);
  return { ended, ...(await readReports(report)) };
}
