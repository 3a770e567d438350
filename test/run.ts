/**
 * `npm test [-- STAGE|PATH …]`: lint and types, unit tests, contract suites, containers, robustness, end to end, in that
 * order, two files at a time. Exits with 0 only when tests ran, none failed, and no file was skipped wholly; a stage for
 * which the machine lacks something is not run, and a line at the end says so.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '#base/errors.ts';
import { prerequisites } from './runner/prerequisites.ts';
import { type SharedCluster, sharedCluster } from './runner/shared-cluster.ts';
import { runStage } from './runner/stage-run.ts';
import { stageNames, stagesOf } from './runner/stages.ts';
import { closingLines, Tally } from './runner/tally.ts';
import { makeTools } from './runner/tools.ts';

const root = join(import.meta.dirname, '..');
const rooms = ['platform', 'chaos', 'scenarios', 'k8s', 'dashboards', 'test'];

async function testFiles(): Promise<readonly string[]> {
  const lists = await Promise.all(
    rooms.map(async (room) => {
      const files = await readdir(join(root, room), { recursive: true });
      return files
        .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'))
        .map((file) => `${room}/${file}`);
    }),
  );
  return lists.flat();
}

async function main(wanted: readonly string[], signal: AbortSignal): Promise<number> {
  const stages = stagesOf(await testFiles(), wanted);
  if (stages.length === 0) {
    console.error(`no test fits ${wanted.join(' ')}: give a path, or one of ${stageNames.join(', ')}`);
    return 2;
  }
  const startedAt = performance.now();
  const tally = new Tally(stages.flatMap(({ files }) => files));
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  let cluster: SharedCluster | undefined;
  const problems: string[] = [];
  const notRun: string[] = [];
  try {
    for (const stage of stages) {
      if (signal.aborted) break;
      const lacking = stage.needs && (await prerequisites[stage.needs]());
      if (lacking) {
        tally.waive(stage.files);
        notRun.push(`${stage.name}, ${stage.files.length} files, not run: ${lacking}`);
        continue;
      }
      if (stage.fresh) {
        await cluster?.down();
        cluster = undefined;
      }
      if (stage.cluster && !env.KUBECONFIG && !cluster) {
        await makeTools(root);
        cluster = await sharedCluster(signal);
      }
      console.log(`\n── ${stage.name}: ${stage.files.length} files`);
      const kubeconfig = stage.cluster ? (cluster?.kubeconfig ?? env.KUBECONFIG) : undefined;
      await runStage({
        stage,
        root,
        tally,
        signal,
        env: { ...env, ...(kubeconfig ? { KUBECONFIG: kubeconfig } : {}) },
      });
    }
  } catch (thrown) {
    console.error(thrown);
    problems.push(messageOf(thrown));
  } finally {
    await cluster?.down();
  }
  if (signal.aborted) problems.push('stopped before the end');
  problems.push(...tally.problems());
  for (const problem of problems) console.log(`✖ ${problem}`);
  for (const stage of notRun) console.log(`ℹ ${stage}`);
  console.log(closingLines(tally.counts, performance.now() - startedAt));
  return problems.length === 0 ? 0 : 1;
}

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => stop.abort(new Error(name)));
process.exitCode = await main(process.argv.slice(2), stop.signal);
