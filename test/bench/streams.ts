/** How many viewers stream at once before pictures begin to stand still, and where the CPU goes then. */
import { readFileSync } from 'node:fs';
import { type CliEvent, folder, run } from '../e2e/support/cli.ts';
import type { Bench, BenchContext, Row } from './bench.ts';
import { byPart, processesOf } from './cluster/parts.ts';
import { session, verdict } from './cluster/session.ts';

const STEPS = [100, 200, 300, 400, 600, 800, 1_200, 1_600, 2_000] as const;
const GOAL = 2_000;
const MOST_REBUFFER_RATIO = 0.001;
const STEADY_SECONDS = 40;
/** Each viewer makes some connections, one TLS handshake each: they come at a pace that two cores can greet. */
const ARRIVALS_A_SECOND = 20;
/** Linux counts CPU time in ticks of 10 ms: `getconf CLK_TCK`. */
const TICKS_A_SECOND = 100;

export const bench: Bench = {
  title: 'Concurrent streams',
  method:
    `The whole platform and its viewers on one machine. Viewers (\`faultflix load viewer.ts\`) come at ${ARRIVALS_A_SECOND} a second, then stream for ` +
    `${STEADY_SECONDS} s, of which the share of time that they stood still (rebuffer ratio) counts; more each time until it is ${100 * MOST_REBUFFER_RATIO} % or ` +
    'more. CPU time by process at the most that was held, in cores: the machine has two, and the viewers themselves are of them.',
  async run(context) {
    await using started = await session();
    await verdict(started.running);
    return climb(started.stateDir, context);
  },
};

interface Step {
  readonly viewers: number;
  readonly rebufferRatio: number;
  readonly errorRatio: number;
  readonly startupP95Ms: number;
  readonly cores: ReadonlyMap<string, number>;
}

async function climb(stateDir: string, { progress }: BenchContext): Promise<readonly Row[]> {
  let held: Step | undefined;
  const rows: Row[] = [];
  for (const viewers of STEPS) {
    const step = await stream(viewers, stateDir);
    progress(
      `${viewers}: rebuffering ${(100 * step.rebufferRatio).toFixed(3)} %, errors ${(100 * step.errorRatio).toFixed(3)} %`,
    );
    rows.push({ what: `rebuffer ratio of ${viewers}`, unit: '%', samples: [100 * step.rebufferRatio] });
    rows.push({ what: `start-up p95 of ${viewers}`, unit: 'ms', samples: [step.startupP95Ms] });
    if (step.rebufferRatio >= MOST_REBUFFER_RATIO) break;
    held = step;
  }
  const most = {
    what: 'streams held',
    unit: 'viewers',
    samples: [held?.viewers ?? 0],
    goal: { atLeast: GOAL },
  };
  const cores = [...(held?.cores ?? [])].sort(([, a], [, b]) => b - a);
  return [
    most,
    ...rows,
    ...cores.map(([part, used]) => ({ what: `CPU at ${held?.viewers}: ${part}`, unit: 'cores', samples: [used] })),
  ];
}

async function stream(viewers: number, stateDir: string): Promise<Step> {
  await using cwd = await folder();
  const rampSeconds = Math.ceil(viewers / ARRIVALS_A_SECOND);
  const times = ['--ramp-up', `${rampSeconds}s`, '--duration', `${rampSeconds + STEADY_SECONDS}s`];
  const ending = run(['load', 'viewer.ts', '--name', 'bench', '--viewers', String(viewers), ...times], cwd.path);
  const cores = await coresUsed(stateDir, {
    afterMs: (rampSeconds + 10) * 1_000,
    forMs: (STEADY_SECONDS - 15) * 1_000,
  });
  const { events, exitCode, stderr } = await ending;
  const live = events.filter(({ type }) => type === 'live') as unknown as readonly (CliEvent & Live)[];
  const first = live[0]?.atMs ?? 0;
  const steady = live.filter(({ atMs }) => atMs - first > rampSeconds * 1_000 + 5_000);
  // The last seconds are the viewers' leaving.
  const counted = steady.slice(0, -2);
  if (counted.length < 10)
    throw new Error(`only ${counted.length} figures (exit code ${exitCode}): ${stderr.slice(-2_000)}`);
  const mean = (of: (each: Live) => number) => counted.reduce((sum, each) => sum + of(each), 0) / counted.length;
  return {
    viewers,
    cores,
    rebufferRatio: mean(({ rebufferRatio }) => rebufferRatio),
    errorRatio: mean(({ errorRatio }) => errorRatio),
    startupP95Ms: Math.max(...counted.map(({ startupP95Ms }) => startupP95Ms ?? 0)),
  };
}

interface Live {
  readonly atMs: number;
  readonly rebufferRatio: number;
  readonly errorRatio: number;
  readonly startupP95Ms?: number;
}

/** Cores by part of the cluster, over a span of a run that is under way. */
async function coresUsed(
  stateDir: string,
  { afterMs, forMs }: { readonly afterMs: number; readonly forMs: number },
): Promise<Map<string, number>> {
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  const processes = processesOf(stateDir);
  const before = new Map(processes.map(({ pid }) => [pid, ticksOf(pid) ?? 0]));
  const startedMs = performance.now();
  await new Promise((resolve) => setTimeout(resolve, forMs));
  const seconds = (performance.now() - startedMs) / 1_000;
  return byPart(processes, (pid) => {
    const ticks = ticksOf(pid);
    return ticks === undefined ? undefined : (ticks - before.get(pid)!) / TICKS_A_SECOND / seconds;
  });
}

/** User and system time of one process; undefined when it has ended. */
function ticksOf(pid: string): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return undefined;
  }
}
