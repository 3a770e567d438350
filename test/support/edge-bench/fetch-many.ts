import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

export interface Fetching {
  /** With a range of curl's, such as `[1-100]`, for `count` URLs. */
  readonly urls: string;
  readonly count: number;
  readonly inFlight: number;
  readonly ca: string;
  /** The server's process. */
  readonly pid: number;
}

export interface Fetched {
  readonly bytes: number;
  readonly seconds: number;
  /** User and system time that the server's process took. */
  readonly serverCpuSeconds: number;
}

/** Fetches many URLs with curl (C, one core), over connections that are kept. Throws unless every answer is 200. */
export async function fetchMany({ urls, count, inFlight, ca, pid }: Fetching): Promise<Fetched> {
  const args = ['--silent', '--show-error', '--http1.1', '--tlsv1.3', '--cacert', ca, '--parallel'];
  const cpuBefore = cpuSeconds(pid);
  const startedAt = performance.now();
  const { stdout } = await promisify(execFile)(
    'curl',
    [
      ...[...args, '--parallel-immediate', '--parallel-max', `${inFlight}`, '--output', '/dev/null'],
      ...['--write-out', '%{http_code} %{size_download}\n', urls],
    ],
    { maxBuffer: 64 * 1_048_576 },
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  const answers = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  const bad = answers.find(([status]) => status !== '200');
  if (bad || answers.length !== count) throw new Error(`${answers.length} answers of ${count}, one of them ${bad}`);
  const bytes = answers.reduce((sum, [, size]) => sum + Number(size), 0);
  return { bytes, seconds, serverCpuSeconds: cpuSeconds(pid) - cpuBefore };
}

/** utime and stime of proc_pid_stat(5), in ticks of 10 ms. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
