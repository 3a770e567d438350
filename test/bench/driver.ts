/** Requests for each second of CPU: the embedded driver beside autocannon; and what 100 viewers cost. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveFixture } from '#scenarios/load/testing/serve-process.ts';
import { measured } from '#test/support/driver-bench/measured.ts';
import type { Bench, BenchContext, Row } from './bench.ts';

const repository = join(import.meta.dirname, '../..');
const load = join(repository, 'scenarios/load');
const REQUESTS = 20_000;
const CONNECTIONS = 10;
const VIEWERS = 100;
const VIEWING_SECONDS = 20;

export const bench: Bench = {
  title: 'Load: the embedded driver beside autocannon',
  method:
    `${REQUESTS} requests of 800 bytes over ${CONNECTIONS} kept HTTPS connections to one server in another process, by ` +
    'autocannon and by a k6 script in the embedded driver (which checks the certificate, times each phase, tags, and ' +
    'counts thresholds, as k6 does), in turn. Both figures are for each second of CPU that the client took, start ' +
    'included, so that the server and other work on the machine do not count. Then ' +
    `${VIEWERS} viewers (viewer.ts) at playing speed for ${VIEWING_SECONDS} s on the same server: CPU time by wall time.`,
  run: async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'faultflix-driver-bench-'));
    const server = await serveFixture();
    try {
      return await measure(folder, server.env, context);
    } finally {
      await server.stop();
      await rm(folder, { recursive: true });
    }
  },
};

async function measure(
  folder: string,
  env: Readonly<Record<string, string>>,
  context: BenchContext,
): Promise<readonly Row[]> {
  const { runs, progress } = context;
  const target = `${env.FAULTFLIX_ROUTERS!.split(',')[0]}/v1/t/signature/title/init-240.mp4`;
  const run = [join(load, 'run.ts'), '--driver', 'embedded'];
  const script = join(repository, 'test/support/driver-bench/requests.ts');
  const autocannon = join(repository, 'node_modules/autocannon/autocannon.js');
  const amount = ['-c', String(CONNECTIONS), '-a', String(REQUESTS), '-j', target];
  const ours: number[] = [];
  const theirs: number[] = [];
  const shares: number[] = [];
  const memory: number[] = [];
  for (let n = -1; n < runs; n++) {
    const driver = await measured(folder, [...run, script], { ...env, TARGET: target, REQUESTS: String(REQUESTS) });
    const cannon = await measured(folder, [autocannon, ...amount], {});
    const { errors, non2xx } = JSON.parse(cannon.stdout) as { errors: number; non2xx: number };
    if (errors + non2xx > 0) throw new Error(`autocannon had ${errors} errors and ${non2xx} bad answers`);
    if (n < 0) continue; // the first round only warms up
    ours.push(REQUESTS / driver.cpuSeconds);
    theirs.push(REQUESTS / cannon.cpuSeconds);
    const viewing = {
      FAULTFLIX_VIEWERS: String(VIEWERS),
      FAULTFLIX_DURATION: `${VIEWING_SECONDS}s`,
      FAULTFLIX_RAMP_UP: '2s',
    };
    const viewers = await measured(folder, [...run, join(load, 'viewer.ts'), '--stream'], { ...env, ...viewing });
    shares.push((100 * viewers.cpuSeconds) / viewers.seconds);
    memory.push(viewers.maxRssKb / 1_024);
    progress(
      `run ${n + 1} of ${runs}: ${ours.at(-1)!.toFixed()} and ${theirs.at(-1)!.toFixed()}; ${shares.at(-1)!.toFixed(1)} %`,
    );
  }
  return [
    { what: 'embedded driver', unit: 'requests a CPU second', samples: ours },
    { what: 'autocannon', unit: 'requests a CPU second', samples: theirs },
    { what: 'embedded driver ÷ autocannon', unit: 'ratio', samples: ours.map((each, n) => each / theirs[n]!) },
    { what: `${VIEWERS} viewers at playing speed`, unit: '% of a core', samples: shares },
    { what: `${VIEWERS} viewers, largest memory`, unit: 'MiB RSS', samples: memory },
  ];
}
