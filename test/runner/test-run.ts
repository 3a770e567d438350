/** One `npm test`: its stages in lanes, then those that want the machine to themselves; what came of it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '#base/errors.ts';
import type { Case } from './cases.ts';
import { Clusters } from './clusters.ts';
import { type Channel, Output } from './output.ts';
import { prerequisites } from './prerequisites.ts';
import { runStage } from './stage-run.ts';
import type { Stage } from './stages.ts';
import { Tally } from './tally.ts';
import { makeTools } from './tools.ts';

export interface TestRunOptions {
  readonly root: string;
  readonly stages: readonly Stage[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly write: (text: string | Uint8Array) => void;
  /** Asked once the stage's tests have ended, while its cluster is still there. */
  readonly onStageEnd?: (ended: StageEnd) => Promise<void>;
}

export interface StageEnd {
  readonly stage: Stage;
  readonly kubeconfig: string | undefined;
  readonly cases: readonly Case[];
}

export interface TestRunResult {
  readonly tally: Tally;
  readonly failed: readonly Case[];
  readonly problems: readonly string[];
  /** A line for each stage that this machine cannot run. */
  readonly notRun: readonly string[];
  readonly timings: readonly Timing[];
}

/** Of a stage, or (`alone`, `beside`) of a whole half of the run. */
export interface Timing {
  readonly name: string;
  readonly durationMs: number;
  /** How much of all cores was at work meanwhile, by whomever; only of a half. */
  readonly busy?: number;
}

/** Those without a cluster of the run's make one themselves. */
const needsTools = ({ cluster, lane }: Stage): boolean => cluster !== undefined || lane === undefined;

export async function testRun(options: TestRunOptions): Promise<TestRunResult> {
  const { root, stages, env, signal, write } = options;
  const output = new Output(write);
  const say = (line: string) => write(`${line}\n`);
  const tally = new Tally(stages.flatMap((stage) => stage.files.map((file) => ({ stage: stage.name, file }))));
  const problems: string[] = [];
  const failed: Case[] = [];
  const notRun: string[] = [];
  const timings: Timing[] = [];
  /** For what one file measures and another compares with. */
  const runDir = await mkdtemp(join(tmpdir(), 'faultflix-test-'));
  const clusters = new Clusters({ kubeconfig: env.KUBECONFIG, signal, say });

  /** Runs on whatever happens to it: a stage that cannot go on is a problem of the run, and no reason to end the others. */
  const runOne = async (stage: Stage, channel: Channel): Promise<void> => {
    const startedAt = performance.now();
    const cases: Case[] = [];
    try {
      channel.write(`\n── ${stage.name}: ${stage.files.length} files\n`);
      const kubeconfig = stage.cluster && (await clusters.get(stage.cluster));
      await runStage({
        stage,
        root,
        signal,
        env: { ...env, FAULTFLIX_TEST_RUN_DIR: runDir, ...(kubeconfig ? { KUBECONFIG: kubeconfig } : {}) },
        write: channel.write,
        onCase(result) {
          cases.push(result);
          tally.add(result);
          if (result.outcome === 'fail') failed.push(result);
        },
      });
      // What was cut short is no result.
      if (!signal.aborted) await options.onStageEnd?.({ stage, kubeconfig, cases });
    } catch (thrown) {
      problems.push(`${stage.name}: ${messageOf(thrown)}`);
      channel.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
    } finally {
      channel.end();
      timings.push({ name: stage.name, durationMs: performance.now() - startedAt });
    }
  };

  /** One of the run's halves, with clusters of its own. */
  const half = async (name: string, lanes: readonly (readonly Stage[])[]) => {
    if (lanes.length === 0) return;
    const startedAt = performance.now();
    const before = coresMs();
    const opened = lanes.map((lane) => lane.map((stage) => [stage, output.open()] as const));
    await Promise.all(
      opened.map(async (lane) => {
        for (const [stage, channel] of lane) {
          if (signal.aborted) channel.end();
          else await runOne(stage, channel);
        }
      }),
    );
    try {
      await clusters.down();
    } catch (thrown) {
      problems.push(messageOf(thrown));
    }
    const [busyMs, allMs] = coresMs().map((each, n) => each - before[n]!) as [number, number];
    timings.push({ name, durationMs: performance.now() - startedAt, busy: busyMs / allMs });
  };

  const able: Stage[] = [];
  for (const stage of stages) {
    const lacking = stage.needs && (await prerequisites[stage.needs]());
    if (!lacking) able.push(stage);
    else {
      tally.waive(stage.files.map((file) => ({ stage: stage.name, file })));
      notRun.push(`${stage.name} skipped, ${stage.files.length} files: ${lacking}`);
    }
  }
  for (const line of notRun) say(`ℹ ${line}`);
  try {
    if (able.some(needsTools)) await makeTools(root, { realNodes: able.some(({ needs }) => needs === 'realNodes') });
    const alone = able.filter(({ lane }) => lane === undefined);
    const lanes = Map.groupBy(
      able.filter(({ lane }) => lane !== undefined),
      ({ lane }) => lane,
    );
    // A platform that idles beside the one that is judged takes half a core from it: none is kept from one half to the next.
    await half('side by side', [...lanes.values()]);
    await half('alone', alone.length > 0 ? [alone] : []);
  } catch (thrown) {
    say(thrown instanceof Error ? `${thrown.stack}` : String(thrown));
    problems.push(messageOf(thrown));
  } finally {
    await clusters.down().catch((thrown: unknown) => problems.push(messageOf(thrown)));
    await rm(runDir, { recursive: true, force: true });
  }
  if (signal.aborted) problems.push('stopped before the end');
  return { tally, failed, problems: [...problems, ...tally.problems()], notRun, timings };
}

/** Of all cores since the machine started: at work, and altogether. */
function coresMs(): readonly [busy: number, all: number] {
  const times = cpus().map((each) => each.times);
  const idle = times.reduce((total, each) => total + each.idle, 0);
  const all = times.reduce((total, { user, nice, sys, irq, idle: rest }) => total + user + nice + sys + irq + rest, 0);
  return [all - idle, all];
}
